/** A new random 64-character hexadecimal ID, as Docker gives to containers, networks and execs. */
export function newId(): string {
  return Buffer.from(randomBytes(32)).toString("hex");
}

/** The 12-character form of an ID, without an algorithm prefix. */
export function shortId(id: string): string {
  const colon = id.indexOf(":");
  return (colon < 0 ? id : id.slice(colon + 1)).slice(0, 12);
}

/** `count` random bytes, fit for keys and IDs. The global generator: `node:crypto` would cost milliseconds to load. */
export function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
