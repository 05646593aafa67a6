import { isIP } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";

/** Reads one `--add-host` (`name:ip`, `name=ip`, `name:host-gateway`) as `name:ip`. Throws with Docker's texts. */
export function parseAddHost(text: string): string {
  const [, name = "", address = ""] = /^([^=:]*)[=:](.*)$/s.exec(text) ?? [];
  if (name === "") throw new Error(`bad format for add-host: "${text}"`);
  if (address === "host-gateway") return `${name}:${address}`;
  const bare = /^\[(.*)\]$/.exec(address)?.[1] ?? address;
  if (isIP(bare) === 0) throw new Error(`invalid IP address in add-host: "${address}"`);
  return `${name}:${bare}`;
}

/** Checks one `--dns`. */
export function checkIp(text: string): string {
  if (isIP(text.trim()) === 0) throw new Error(`IP address is not correctly formatted: ${text}`);
  return text.trim();
}

/** Checks one `--dns-search`; `.` alone means no search domain. */
export function checkDomain(text: string): string {
  if (text.trim() === ".") return ".";
  const label = "[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?";
  if (!/[a-zA-Z]/.test(text) || !new RegExp(`^${label}(\\.${label})*\\.?$`).test(text.trim())) {
    throw new Error(`${text} is not a valid domain`);
  }
  return text.trim();
}

/** Reads one `-a` of run and create. */
export function parseStream(text: string): string {
  const name = text.toLowerCase();
  if (!["stdin", "stdout", "stderr"].includes(name)) {
    throw new Error("valid streams are STDIN, STDOUT and STDERR");
  }
  return name;
}

/** Reads one `--link` as `name:alias`. */
export function parseLink(text: string): string {
  const [name = "", alias, ...more] = text.split(":");
  if (text === "") throw new Error("empty string specified for links");
  if (more.length > 0) throw new Error(`bad format for links: ${text}`);
  return alias === undefined ? `${name}:${name}` : text;
}

/** Checks the modes of the namespaces as Docker's command line does. */
export function checkNamespaces(modes: {
  readonly pid: string;
  readonly uts: string;
  readonly userns: string;
  readonly cgroupns: string;
}): void {
  if (!/^(|host|container:.+)$/.test(modes.pid)) throw invalid("--pid: invalid PID mode");
  if (!/^(|host)$/.test(modes.uts)) throw invalid("--uts: invalid UTS mode");
  if (!/^(|host)$/.test(modes.userns)) throw invalid("--userns: invalid USER mode");
  if (!/^(|host|private)$/.test(modes.cgroupns)) throw invalid("--cgroupns: invalid CGROUP mode");
}

function invalid(message: string): CliError {
  return new CliError(message);
}
