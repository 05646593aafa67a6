import { addressBytes, randomBytes } from "../base/index.ts";

/** Reads six bytes in hex, split by `:` or `-`, or in three groups split by dots (as Go's net.ParseMAC). */
export function parseMac(text: string): Uint8Array | undefined {
  const pairs = /^[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}$/i.test(text);
  const groups = /^[\da-f]{4}(?:\.[\da-f]{4}){2}$/i.test(text);
  if (!pairs && !groups) return undefined;
  return Uint8Array.from(Buffer.from(text.replace(/[:.-]/g, ""), "hex"));
}

export function formatMac(mac: Uint8Array): string {
  return [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** `02:42:` and the last four bytes of the address: equal addresses have equal MACs, so no neighbour's cache is ever wrong. */
export function macOfAddress(address: string): Uint8Array {
  return Uint8Array.of(2, 0x42, ...addressBytes(address).slice(-4));
}

/** A random locally administered unicast address. */
export function randomMac(): Uint8Array {
  return Uint8Array.of(2, 0x42, ...randomBytes(4));
}
