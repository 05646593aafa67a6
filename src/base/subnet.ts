import { isIP } from "./ip.ts";

/** An IP address. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** An IP subnet; `base` has no host bits. */
export interface Subnet {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefixLength: number;
}

/** Reads an address without prefix and zone; undefined when `text` is none (leading zeros are refused, as Go does). */
export function parseAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 0 || text.includes("%")) return undefined;
  return { family, value: family === 4 ? parseQuad(text) : parseGroups(text) };
}

/** The text of an address, IPv6 as short as RFC 5952 has it. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = (value.toString(16).padStart(32, "0").match(/.{4}/g) ?? []).map((group) =>
    group.replace(/^0{1,3}/, ""),
  );
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** The bytes of an address in network order; none for text that is no address. */
export function addressBytes(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === undefined) return new Uint8Array();
  const digits = address.family === 4 ? 8 : 32;
  return Uint8Array.fromHex(address.value.toString(16).padStart(digits, "0"));
}

/** Reads `172.17.0.0/16` or `fd00::/64`; undefined when it is no subnet. Host bits are cut. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = "", length = "", rest] = text.split("/");
  const parsed = parseAddress(address);
  if (parsed === undefined || rest !== undefined || !/^\d{1,3}$/.test(length)) return undefined;
  const { family, value } = parsed;
  const prefixLength = Number(length);
  if (prefixLength > widthOf(family)) return undefined;
  return { family, base: cut(family, value, prefixLength), prefixLength };
}

export function formatSubnet({ family, base, prefixLength }: Subnet): string {
  return `${formatAddress({ family, value: base })}/${prefixLength}`;
}

export function subnetContains({ family, base, prefixLength }: Subnet, address: Address): boolean {
  return address.family === family && cut(family, address.value, prefixLength) === base;
}

/** True when `inner` lies in `outer` wholly. */
export function subnetCovers(outer: Subnet, inner: Subnet): boolean {
  return (
    outer.prefixLength <= inner.prefixLength &&
    subnetContains(outer, { family: inner.family, value: inner.base })
  );
}

export function subnetsOverlap(one: Subnet, other: Subnet): boolean {
  return subnetCovers(one, other) || subnetCovers(other, one);
}

/** How many addresses the subnet has, network and broadcast included. */
export function subnetSize({ family, prefixLength }: Subnet): bigint {
  return 1n << BigInt(widthOf(family) - prefixLength);
}

/** The address at place `offset` of the subnet. */
export function addressAt({ family, base }: Subnet, offset: bigint): Address {
  return { family, value: base + offset };
}

function cut(family: 4 | 6, value: bigint, prefixLength: number): bigint {
  const host = BigInt(widthOf(family) - prefixLength);
  return (value >> host) << host;
}

function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function parseQuad(text: string): bigint {
  return text.split(".").reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function parseGroups(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) {
    const [, before = "", quad = ""] = dotted;
    const hex = parseQuad(quad).toString(16).padStart(8, "0");
    return parseGroups(`${before}${hex.slice(0, 4)}:${hex.slice(4)}`);
  }
  const [left = "", right] = text.split("::");
  const head = left === "" ? [] : left.split(":");
  const tail = right === undefined || right === "" ? [] : right.split(":");
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}
