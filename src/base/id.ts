import { randomBytes } from "node:crypto";

/** A new random 64-character hexadecimal ID, as Docker gives to containers, networks and execs. */
export function newId(): string {
  return randomBytes(32).toString("hex");
}

/** The 12-character form of an ID, without an algorithm prefix. */
export function shortId(id: string): string {
  const colon = id.indexOf(":");
  return (colon < 0 ? id : id.slice(colon + 1)).slice(0, 12);
}
