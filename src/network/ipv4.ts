/** An IPv4 subnet; addresses are unsigned 32-bit numbers. */
export interface Subnet {
  readonly base: number;
  readonly prefixLength: number;
}

/** Reads a dotted quad; undefined when `text` is none (leading zeros are refused, as Go does). */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

export function formatIpv4(address: number): string {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join(".");
}

/** Reads `172.17.0.0/16`; undefined when it is no IPv4 subnet. Host bits are cut. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = "", length = "", rest] = text.split("/");
  const base = parseIpv4(address);
  if (base === undefined || rest !== undefined || !/^\d{1,2}$/.test(length) || Number(length) > 32)
    return undefined;
  const prefixLength = Number(length);
  return { base: (base & maskOf(prefixLength)) >>> 0, prefixLength };
}

export function formatSubnet({ base, prefixLength }: Subnet): string {
  return `${formatIpv4(base)}/${prefixLength}`;
}

export function contains({ base, prefixLength }: Subnet, address: number): boolean {
  return (address & maskOf(prefixLength)) >>> 0 === base;
}

export function overlaps(one: Subnet, other: Subnet): boolean {
  return one.prefixLength <= other.prefixLength ? contains(one, other.base) : contains(other, one.base);
}

/** How many addresses the subnet has, network and broadcast included. */
export function sizeOf({ prefixLength }: Subnet): number {
  return 2 ** (32 - prefixLength);
}

function maskOf(prefixLength: number): number {
  return prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
}
