import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { EngineError } from "../base/index.ts";
import { overlaps, parseSubnet, type Subnet } from "./ipv4.ts";

/** Docker's default pools: 172.17.0.0/16 … 172.31.0.0/16, then 192.168.0.0/20 in steps of /20. */
export function* defaultPools(): Generator<Subnet> {
  for (let second = 17; second <= 31; second++) {
    yield { base: ((172 << 24) | (second << 16)) >>> 0, prefixLength: 16 };
  }
  for (let third = 0; third < 256; third += 16) {
    yield { base: ((192 << 24) | (168 << 16) | (third << 8)) >>> 0, prefixLength: 20 };
  }
}

/** The first default pool that overlaps none of `used`; Docker's error when all do. */
export function choosePool(used: readonly Subnet[]): Subnet {
  for (const pool of defaultPools()) {
    if (!used.some((subnet) => overlaps(subnet, pool))) return pool;
  }
  throw new EngineError("unavailable", "all predefined address pools have been fully subnetted");
}

/** Subnets that this host has addresses in or routes to, those of `exceptDevice` and default routes left out. */
export function hostSubnets(exceptDevice?: string): Subnet[] {
  const ofInterfaces = Object.entries(networkInterfaces())
    .filter(([name]) => name !== exceptDevice)
    .flatMap(([, addresses]) => addresses ?? [])
    .flatMap(({ family, cidr }) => (family === "IPv4" && cidr !== null ? [parseSubnet(cidr)] : []));
  const routes = parseRoutes(readFileSync("/proc/thread-self/net/route", "utf8"), exceptDevice);
  return [...ofInterfaces.filter((subnet) => subnet !== undefined), ...routes];
}

/** Destinations in the text of /proc/net/route, default routes left out. */
export function parseRoutes(text: string, exceptDevice?: string): Subnet[] {
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([device]) => device !== "" && device !== exceptDevice)
    .map(([, destination = "0", , , , , , mask = "0"]) => ({
      base: littleEndian(destination),
      prefixLength: bitsOf(littleEndian(mask)),
    }))
    .filter(({ prefixLength }) => prefixLength > 0);
}

function littleEndian(hex: string): number {
  return Buffer.from(hex.padStart(8, "0"), "hex").readUInt32LE(0);
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest = (rest << 1) >>> 0) bits++;
  return bits;
}
