import { goQuote, isIP } from "../base/index.ts";
import { InstructionError } from "./errors.ts";

const PROTOCOLS = ["tcp", "udp", "sctp"];

/**
 * Reads one word of EXPOSE, `80`, `80-82/udp` or `127.0.0.1:8080:80`, into keys such as `80/tcp`.
 * Throws {@link InstructionError} with BuildKit's texts.
 */
export function parseExposedPorts(word: string): string[] {
  const { ip, host, container } = splitPort(word);
  const slash = container.indexOf("/");
  const ports = slash < 0 ? container : container.slice(0, slash);
  const protocol = (slash < 0 ? "" : container.slice(slash + 1)).toLowerCase() || "tcp";
  if (ports === "") throw invalidPort(word, "no port specified");
  if (!PROTOCOLS.includes(protocol)) throw invalidPort(word, `invalid proto: ${protocol}`);
  const address = ip.startsWith("[") && ip.endsWith("]") ? ip.slice(1, -1) : ip;
  if (address !== "" && !isIP(address)) throw invalid(`invalid IP address: ${ip}`, word);
  const range = parseRange(ports);
  if (range === undefined) throw invalid(`invalid containerPort: ${ports}`, word);
  if (host !== "") checkHostPorts(word, { host, ports, range });
  const [first, last] = range;
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${protocol}`);
}

/** The parts of `ip:hostPort:containerPort/protocol`; those that are not given are empty. */
export function splitPort(word: string): {
  readonly ip: string;
  readonly host: string;
  readonly container: string;
} {
  const parts = word.split(":");
  const container = parts.pop() ?? "";
  const host = parts.pop() ?? "";
  return { ip: parts.join(":"), host, container };
}

type Range = readonly [first: number, last: number];

function parseRange(text: string): Range | undefined {
  const [, first = "", last = first] = /^(\+?\d+)(?:-(\+?\d+))?$/.exec(text) ?? [];
  const range: Range = [Number(first), Number(last)];
  return first === "" || range[1] > 65_535 || range[0] > range[1] ? undefined : range;
}

function checkHostPorts(
  word: string,
  { host, ports, range }: { readonly host: string; readonly ports: string; readonly range: Range },
): void {
  const hosts = parseRange(host);
  if (hosts === undefined) throw invalid(`invalid hostPort: ${host}`, word);
  const width = range[1] - range[0];
  if (width !== 0 && hosts[1] - hosts[0] !== width) {
    throw invalid(`invalid ranges specified for container and host Ports: ${ports} and ${host}`, word);
  }
}

function invalid(reason: string, culprit: string): InstructionError {
  return new InstructionError(reason, { culprit });
}

function invalidPort(word: string, reason: string): InstructionError {
  return invalid(`invalid port: ${goQuote(word)}: ${reason}`, word);
}
