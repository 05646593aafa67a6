/** A host name without brackets and port; IPv6 addresses may lack the brackets. */
function bare(host: string): string {
  if (host.startsWith("[")) return host.slice(1, host.indexOf("]"));
  if (host.split(":").length > 2) return host;
  return host.replace(/:\d+$/, "");
}

/** True for this machine's own loopback addresses and names. */
export function isLoopback(host: string): boolean {
  const name = bare(host).toLowerCase();
  return (
    name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d+){3}$/.test(name)
  );
}

/** True for literal addresses that only mean something on the machine or link itself: no registry of others has content there. */
export function isLocalAddress(host: string): boolean {
  if (isLoopback(host)) return true;
  const name = bare(host).toLowerCase();
  // The last are IPv4 addresses in the form of IPv6, which nobody writes who has nothing to hide.
  if (name.includes(":")) return /^fe[89ab]|^::$|^::ffff:/.test(name);
  return toNumber(name) !== undefined && /^169\.254\.|^0\./.test(name);
}

/** An entry of a list that all hosts are in. */
export const EVERY_HOST = "*";

/** True when `host` (with or without port) is one of `entries`: hosts, `host:port`, or IPv4 networks. */
export function isListed(host: string, entries: readonly string[]): boolean {
  return entries.some((entry) => {
    if (entry.includes("/")) return inNetwork(bare(host), entry);
    return entry === EVERY_HOST || entry === host || entry === bare(host);
  });
}

function inNetwork(address: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const [a, b, prefix] = [toNumber(address), toNumber(base), Number(bits)];
  if (a === undefined || b === undefined || !(prefix >= 0 && prefix <= 32)) return false;
  const size = 2 ** (32 - prefix);
  return Math.floor(a / size) === Math.floor(b / size);
}

function toNumber(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/**
 * True when both hosts plainly belong to one owner: the same name, or the same registered domain
 * (`registry-1.docker.io` and `auth.docker.io`). Addresses must be equal.
 */
export function sameOwner(one: string, other: string): boolean {
  const [a, b] = [bare(one).toLowerCase(), bare(other).toLowerCase()];
  if (a === b) return true;
  if (toNumber(a) !== undefined || toNumber(b) !== undefined || a.includes(":") || b.includes(":"))
    return false;
  const [domainA, domainB] = [registeredDomain(a), registeredDomain(b)];
  return domainA !== undefined && domainA === domainB;
}

/** The last two labels, or three where the second looks like a class of names below a country (`co.uk`, `com.au`). */
function registeredDomain(name: string): string | undefined {
  const labels = name.split(".");
  const [second = "", last = ""] = labels.slice(-2);
  const count = last.length === 2 && second.length <= 3 && labels.length > 2 ? 3 : 2;
  return labels.length < count || last === "" ? undefined : labels.slice(-count).join(".");
}
