import { isIP } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";
import type { PortBinding } from "./engine-types.ts";

/** What `-p` and `--expose` ask for, by `80/tcp`. */
export interface PublishedPorts {
  readonly exposed: Record<string, Record<string, never>>;
  readonly bindings: Record<string, PortBinding[]>;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Reads all `-p` values. Throws {@link CliError} with Docker's texts. */
export function parsePublish(values: readonly string[]): PublishedPorts {
  const exposed: Record<string, Record<string, never>> = {};
  const bindings: Record<string, PortBinding[]> = {};
  for (const value of values) {
    for (const { port, binding } of parseOne(value)) {
      exposed[port] = {};
      bindings[port] = [...(bindings[port] ?? []), binding];
    }
  }
  return { exposed, bindings };
}

/** Adds the ports of `--expose` values such as `80`, `80-90/udp`. */
export function parseExpose(values: readonly string[]): Record<string, Record<string, never>> {
  const exposed: Record<string, Record<string, never>> = {};
  for (const value of values) {
    if (value.includes(":")) throw invalid(`invalid port format for --expose: ${value}`);
    const [ports = "", protocol = "tcp"] = value.split("/");
    const range = parseExposeRange(ports, value);
    for (let port = range.first; port <= range.last; port++)
      exposed[`${port}/${protocol.toLowerCase()}`] = {};
  }
  return exposed;
}

function parseExposeRange(ports: string, value: string): Range {
  const fail = (reason: string) =>
    invalid(`invalid range format for --expose: ${value.split("/")[0] ?? ""}, error: ${reason}`);
  if (ports === "") throw fail("empty string specified for ports");
  const numbers = ports.split("-", 2).map((text) => {
    if (!/^\d+$/.test(text)) throw fail(`strconv.ParseUint: parsing "${text}": invalid syntax`);
    if (Number(text) > 65535) throw fail(`strconv.ParseUint: parsing "${text}": value out of range`);
    return Number(text);
  });
  const [first = 0, last = first] = numbers;
  if (last < first) throw fail(`invalid range specified for port: ${ports}`);
  return { first, last };
}

function parseOne(raw: string): { readonly port: string; readonly binding: PortBinding }[] {
  const value = raw.includes("=") ? toShortForm(raw) : raw;
  const slash = value.lastIndexOf("/");
  const protocol = (slash < 0 ? "" : value.slice(slash + 1)).toLowerCase() || "tcp";
  const { ip, host, inner } = splitParts(slash < 0 ? value : value.slice(0, slash));
  if (ip !== "" && isIP(ip) === 0) throw invalid(`invalid IP address: ${ip}`);
  if (inner === "") throw invalid(`no port specified: ${value}<empty>`);
  const target = parseRange(inner);
  if (target === undefined) throw invalid(`invalid containerPort: ${inner}`);
  const published = host === "" ? undefined : parseRange(host);
  if (host !== "" && published === undefined) throw invalid(`invalid hostPort: ${host}`);
  const count = target.last - target.first;
  if (published !== undefined && published.last - published.first !== count && count !== 0) {
    throw invalid(`invalid ranges specified for container and host Ports: ${inner} and ${host}`);
  }
  if (!["tcp", "udp", "sctp"].includes(protocol)) throw invalid(`invalid proto: ${protocol}`);
  return Array.from({ length: count + 1 }, (_, at) => ({
    port: `${target.first + at}/${protocol}`,
    binding: { HostIp: ip, HostPort: hostPort(published, at, count) },
  }));
}

function hostPort(published: Range | undefined, at: number, count: number): string {
  if (published === undefined) return "";
  // A range on the host for one port inside means: any free port of the range.
  if (count === 0 && published.last > published.first) return `${published.first}-${published.last}`;
  return String(published.first + at);
}

function splitParts(value: string): { readonly ip: string; readonly host: string; readonly inner: string } {
  const parts = value.split(":");
  const inner = parts.pop() ?? "";
  const host = parts.pop() ?? "";
  const ip = parts.join(":");
  return { ip: ip.startsWith("[") && ip.endsWith("]") ? ip.slice(1, -1) : ip, host, inner };
}

function parseRange(text: string): Range | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return last > 65535 || first > last ? undefined : { first, last };
}

const LONG_KEYS = ["protocol", "mode", "target", "published"];

function toShortForm(raw: string): string {
  const fields = new Map<string, string>();
  for (const field of raw.split(",")) {
    const [, key = "", value = ""] = /^([^=]+)=(.*)$/.exec(field) ?? [];
    if (key === "") {
      throw invalid(`invalid publish opts format (should be name=value but got '${field}')`);
    }
    // Docker drops a key that it does not know; a typing error should not pass in silence.
    if (!LONG_KEYS.includes(key)) throw invalid(`invalid field key ${key}`);
    fields.set(key, value);
  }
  return `${fields.get("published") ?? ""}:${fields.get("target") ?? ""}/${fields.get("protocol") ?? "tcp"}`;
}

function invalid(message: string): CliError {
  return new CliError(message);
}
