import { parseCsv, parseGoInteger } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";
import type { RequestEndpoint } from "./engine-types.ts";

/** One `--network`. */
export interface NetworkRequest {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly driverOpts: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly ip6: string;
  readonly mac: string;
  readonly linkLocal: readonly string[];
  readonly gwPriority: number;
}

/** Reads one `--network`, short (`name`) or long (`name=x,alias=y`). Throws with Docker's texts. */
export function parseNetwork(text: string): NetworkRequest {
  const request = {
    name: "",
    aliases: [] as string[],
    driverOpts: {},
    ip: "",
    ip6: "",
    mac: "",
    linkLocal: [] as string[],
    gwPriority: 0,
  };
  if (!text.includes("=") && !text.includes(",")) return { ...request, name: text };
  for (const field of parseCsv(text)) {
    const at = field.indexOf("=");
    if (at < 0) throw new Error(`invalid field ${field}`);
    const key = field.slice(0, at).trim().toLowerCase();
    const value = field
      .slice(at + 1)
      .trim()
      .toLowerCase();
    if (key === "name") request.name = value;
    else if (key === "alias") request.aliases.push(value);
    else if (key === "ip") request.ip = value;
    else if (key === "ip6") request.ip6 = value;
    else if (key === "mac-address") request.mac = checkMac(value);
    else if (key === "link-local-ip") request.linkLocal.push(value);
    else if (key === "driver-opt") request.driverOpts = { ...request.driverOpts, ...driverOpt(value) };
    else if (key === "gw-priority") request.gwPriority = priority(value);
    else throw new Error(`invalid field key ${key}`);
  }
  if (request.name === "") throw new Error("network name/id is not specified");
  return request;
}

function driverOpt(value: string): Record<string, string> {
  const at = value.indexOf("=");
  if (at < 0) throw new Error("invalid key value pair format in driver options");
  return { [value.slice(0, at).trim()]: value.slice(at + 1).trim() };
}

function priority(value: string): number {
  const parsed = parseGoInteger(value);
  if (parsed === undefined) throw new Error(`invalid gw-priority (${value}): invalid syntax`);
  return Number(parsed);
}

/** Checks a MAC address of six bytes. */
export function checkMac(text: string): string {
  const good =
    /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text) || /^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(text);
  if (!good) throw new CliError(`${text} is not a valid mac address`);
  return text;
}

/** The flags that speak of the first network. */
export interface FirstNetworkFlags {
  readonly aliases: readonly string[];
  readonly links: readonly string[];
  readonly ip: string;
  readonly ip6: string;
  readonly mac: string;
  readonly linkLocal: readonly string[];
}

/** The network mode and the endpoints that the requests and the single flags mean together. Throws {@link CliError} with Docker's texts. */
export function toEndpoints(
  requests: readonly NetworkRequest[],
  flags: FirstNetworkFlags,
): { readonly mode: string; readonly endpoints: Record<string, RequestEndpoint> } {
  const first = requests[0] ?? { ...parseNetwork("default") };
  checkTogether(requests);
  const merged = [mergeFirst(first, flags), ...requests.slice(1)];
  const endpoints: Record<string, RequestEndpoint> = {};
  for (const [at, request] of merged.entries()) {
    endpoints[request.name] = toEndpoint(request, at === 0 ? flags.links : []);
  }
  return { mode: first.name, endpoints };
}

function checkTogether(requests: readonly NetworkRequest[]): void {
  const seen = new Set<string>();
  for (const { name } of requests) {
    if (seen.has(name)) throw invalid(`network "${name}" is specified multiple times`);
    seen.add(name);
  }
  if (requests.length > 1 && requests.some(({ name }) => !isUserDefined(name))) {
    throw invalid("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
  }
}

/** True for a network that a user made, false for Docker's built-in modes. */
export function isUserDefined(name: string): boolean {
  return !["default", "bridge", "host", "none"].includes(name) && !name.startsWith("container:");
}

function mergeFirst(first: NetworkRequest, flags: FirstNetworkFlags): NetworkRequest {
  const aliases = [...first.aliases, ...flags.aliases];
  if (aliases.length > 0 && !isUserDefined(first.name)) {
    throw invalid("network-scoped aliases are only supported for user-defined networks");
  }
  return {
    ...first,
    aliases: both(first.aliases, flags.aliases, "--network-alias", "per-network alias"),
    ip: both(first.ip, flags.ip, "--ip", "per-network IPv4 address"),
    ip6: both(first.ip6, flags.ip6, "--ip6", "per-network IPv6 address"),
    mac: both(first.mac, flags.mac, "--mac-address", "per-network MAC address"),
    linkLocal: both(
      first.linkLocal,
      flags.linkLocal,
      "--link-local-ip",
      "per-network link-local IP addresses",
    ),
  };
}

function both<T extends string | readonly string[]>(own: T, flag: T, name: string, what: string): T {
  if (own.length > 0 && flag.length > 0) {
    throw invalid(`conflicting options: cannot specify both ${name} and ${what}`);
  }
  return own.length > 0 ? own : flag;
}

function toEndpoint(request: NetworkRequest, links: readonly string[]): RequestEndpoint {
  return {
    ...(request.aliases.length > 0 ? { Aliases: request.aliases } : {}),
    ...(links.length > 0 ? { Links: links } : {}),
    ...(request.ip === "" ? {} : { IPv4Address: request.ip }),
    ...(request.ip6 === "" ? {} : { IPv6Address: request.ip6 }),
    ...(request.linkLocal.length > 0 ? { LinkLocalIPs: request.linkLocal } : {}),
    ...(request.mac === "" ? {} : { MacAddress: request.mac }),
    ...(Object.keys(request.driverOpts).length > 0 ? { DriverOpts: request.driverOpts } : {}),
    ...(request.gwPriority === 0 ? {} : { GwPriority: request.gwPriority }),
  };
}

function invalid(message: string): CliError {
  return new CliError(message);
}
