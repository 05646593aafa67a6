import { parseAddress, parseSubnet, subnetContains } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";
import type { IpamConfig } from "./engine-types.ts";

/** The flags of `network create` that speak of addresses. */
export interface IpamFlags {
  readonly subnets: readonly string[];
  readonly ranges: readonly string[];
  readonly gateways: readonly string[];
  readonly auxiliary: Readonly<Record<string, string>>;
}

type Draft = { subnet: string; ipRange?: string; gateway?: string; auxiliary?: Record<string, string> };

/** Puts ranges, gateways and auxiliary addresses to the subnets that they lie in. Throws {@link CliError} with Docker's texts. */
export function toIpamConfig({ subnets, ranges, gateways, auxiliary }: IpamFlags): IpamConfig[] {
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new CliError("every ip-range or gateway must have a corresponding subnet");
  }
  const drafts: Draft[] = [];
  for (const subnet of subnets) {
    const clash = drafts.some((other) => lies(subnet, other.subnet) || lies(other.subnet, subnet));
    if (clash) throw new CliError("multiple overlapping subnet configuration is not supported");
    drafts.push({ subnet });
  }
  const ownerOf = (given: string, kind: string): Draft => {
    const owner = drafts.find(({ subnet }) => lies(given, subnet));
    if (owner === undefined) throw new CliError(`no matching subnet for ${kind} ${given}`);
    return owner;
  };
  for (const range of ranges) {
    const owner = ownerOf(range, "range");
    if (owner.ipRange !== undefined) {
      throw new CliError(
        `cannot configure multiple ranges (${range}, ${owner.ipRange}) on the same subnet (${owner.subnet})`,
      );
    }
    owner.ipRange = range;
  }
  for (const gateway of gateways) {
    const owner = ownerOf(gateway, "gateway");
    if (owner.gateway !== undefined) {
      throw new CliError(
        `cannot configure multiple gateways (${gateway}, ${owner.gateway}) for the same subnet (${owner.subnet})`,
      );
    }
    owner.gateway = gateway;
  }
  for (const [name, address] of Object.entries(auxiliary)) {
    const owner = ownerOf(address, "aux-address");
    owner.auxiliary = { ...owner.auxiliary, [name]: address };
  }
  return drafts;
}

/** True when the address, or the first one of the range, lies in the subnet. */
function lies(given: string, subnet: string): boolean {
  const address = parseAddress(given.split("/")[0] ?? "");
  const parsed = parseSubnet(subnet);
  return address !== undefined && parsed !== undefined && subnetContains(parsed, address);
}
