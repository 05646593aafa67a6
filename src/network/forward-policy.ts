import { readFileSync } from "node:fs";
import { run } from "../host/index.ts";
import { queryNft, runNft } from "./nft.ts";

/** A chain of another owner whose policy drops what is forwarded. */
export interface DroppingChain {
  readonly family: "ip" | "ip6" | "inet";
  readonly table: string;
  readonly chain: string;
}

/**
 * Lets the bridges' traffic pass firewalls of others that drop what is forwarded (Docker sets this policy on
 * iptables' FORWARD): an accept in our own table does not overrule their drop. What may really pass is decided
 * by our own rules. `mark` names the rules, so that they are found again; old ones of that name are replaced.
 */
export async function passForwardPolicies(mark: string, devices: readonly string[]): Promise<void> {
  const listing = await queryNft("-a", "list", "chains");
  const chains = parseDroppingChains(listing);
  const script: string[] = [];
  for (const { family, table, chain } of chains) {
    const rules = await queryNft("-a", "list", "chain", family, table, chain);
    for (const handle of parseHandles(rules, mark)) {
      script.push(`delete rule ${family} ${table} ${chain} handle ${handle}`);
    }
    for (const device of devices) {
      script.push(`insert rule ${family} ${table} ${chain} iifname "${device}" accept comment "${mark}"`);
      script.push(`insert rule ${family} ${table} ${chain} oifname "${device}" accept comment "${mark}"`);
    }
  }
  if (script.length > 0) await runNft(script.join("\n"));
  await passLegacyPolicy(mark, devices);
}

/** Base chains of `nft list chains` at the forward hook with policy drop. */
export function parseDroppingChains(listing: string): DroppingChain[] {
  const found: DroppingChain[] = [];
  let family = "";
  let table = "";
  let chain = "";
  for (const line of listing.split("\n")) {
    const ofTable = /^table (\S+) (\S+) \{/.exec(line);
    if (ofTable !== null) [, family = "", table = ""] = ofTable;
    const ofChain = /^\s+chain (\S+) \{/.exec(line);
    if (ofChain !== null) [, chain = ""] = ofChain;
    if (!/type filter hook forward .*policy drop/.test(line)) continue;
    if (family === "ip" || family === "ip6" || family === "inet") found.push({ family, table, chain });
  }
  return found;
}

/** Handles of the rules with the comment `mark` in `nft -a list chain`. */
export function parseHandles(listing: string, mark: string): string[] {
  return listing
    .split("\n")
    .filter((line) => line.includes(`comment "${mark}"`))
    .flatMap((line) => /# handle (\d+)/.exec(line)?.[1] ?? []);
}

// The older xtables are another world, which nft does not show.
async function passLegacyPolicy(mark: string, devices: readonly string[]): Promise<void> {
  if (!hasLegacyFilter()) return;
  const listing = await run(["iptables-legacy", "-S", "FORWARD"]);
  const rules = listing.stdout.split("\n");
  for (const rule of rules.filter((line) => line.includes(`--comment ${mark} `))) {
    await run(["iptables-legacy", "-D", ...rule.split(" ").slice(1)]);
  }
  if (!rules.includes("-P FORWARD DROP")) return;
  for (const device of devices) {
    for (const direction of ["-i", "-o"]) {
      const match = [direction, device, "-m", "comment", "--comment", mark, "-j", "ACCEPT"];
      await run(["iptables-legacy", "-I", "FORWARD", ...match]);
    }
  }
}

function hasLegacyFilter(): boolean {
  try {
    return readFileSync("/proc/thread-self/net/ip_tables_names", "utf8").split("\n").includes("filter");
  } catch {
    return false;
  }
}
