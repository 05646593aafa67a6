import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { EngineError, parseSubnet, type Subnet, subnetsOverlap } from "../base/index.ts";

const WIDTH = 2n ** 16n;

/** Docker's default pools: 172.17.0.0/16 … 172.31.0.0/16, then 192.168.0.0/20 in steps of /20. */
export function* defaultPools(): Generator<Subnet> {
  for (let second = 17; second <= 31; second++) yield subnetOf(`172.${second}.0.0/16`);
  for (let third = 0; third < 256; third += 16) yield subnetOf(`192.168.${third}.0/20`);
}

/** Subnets of /64 in the unique local prefix (RFC 4193) that `seed` stands for. */
export function* localPools(seed: string): Generator<Subnet> {
  const hash = new Bun.CryptoHasher("sha256").update(seed).digest("hex");
  const prefix = BigInt(`0xfd${hash.slice(0, 10)}`) * WIDTH;
  for (let number = 0n; number < WIDTH; number++) {
    yield { family: 6, base: (prefix + number) << 64n, prefixLength: 64 };
  }
}

/** The first pool that overlaps none of `used`; Docker's error when all do. */
export function choosePool(pools: Iterable<Subnet>, used: readonly Subnet[]): Subnet {
  for (const pool of pools) {
    if (!used.some((subnet) => subnetsOverlap(subnet, pool))) return pool;
  }
  throw new EngineError("unavailable", "all predefined address pools have been fully subnetted");
}

/** Subnets that this host has addresses in or routes to, those of `exceptDevice` and default routes left out. */
export function hostSubnets(exceptDevice?: string): Subnet[] {
  const ofInterfaces = Object.entries(networkInterfaces())
    .filter(([name]) => name !== exceptDevice)
    .flatMap(([, addresses]) => addresses ?? [])
    .flatMap(({ cidr }) => (cidr === null ? [] : (parseSubnet(cidr) ?? [])));
  const routes = parseRoutes(readFileSync("/proc/thread-self/net/route", "utf8"), exceptDevice);
  return [...ofInterfaces, ...routes];
}

/** Destinations in the text of /proc/net/route, default routes left out. */
export function parseRoutes(text: string, exceptDevice?: string): Subnet[] {
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([device]) => device !== "" && device !== exceptDevice)
    .map(
      ([, destination = "0", , , , , , mask = "0"]): Subnet => ({
        family: 4,
        base: littleEndian(destination),
        prefixLength: bitsOf(littleEndian(mask)),
      }),
    )
    .filter(({ prefixLength }) => prefixLength > 0);
}

function subnetOf(text: string): Subnet {
  const subnet = parseSubnet(text);
  if (subnet === undefined) throw new EngineError("internal", `${text} is no subnet`);
  return subnet;
}

function littleEndian(hex: string): bigint {
  return BigInt(Buffer.from(hex.padStart(8, "0"), "hex").readUInt32LE(0));
}

function bitsOf(mask: bigint): number {
  return mask.toString(2).replaceAll("0", "").length;
}
