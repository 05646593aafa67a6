import { isListed, isLoopback } from "./hosts.ts";
import type { RegistrySettings } from "./settings.ts";

/** One place to ask for the content of a registry. */
export interface Endpoint {
  /** Scheme, host and port, and for a mirror perhaps a path; without a slash at the end. */
  readonly base: string;
  /** Only answers for content that another registry owns. */
  readonly mirror: boolean;
  readonly verify: boolean;
}

const HUB = "docker.io";

/** Where the API of a domain is: Docker Hub's is not at its name. */
export function apiHost(domain: string): string {
  return domain === HUB ? "registry-1.docker.io" : domain;
}

/**
 * The places to try for a domain, in order. Mirrors are for Docker Hub and reading only, as in Docker. A host
 * that is listed as insecure, or this machine itself, is tried without verification and then without TLS; one whose
 * authority is known from `certs.d` is verified nevertheless.
 */
export function endpointsOf(
  domain: string,
  settings: RegistrySettings,
  purpose: "read" | "write",
): readonly Endpoint[] {
  const host = apiHost(domain);
  const own = hostEndpoints(host, settings);
  if (domain !== HUB || purpose === "write") return own;
  const mirrors = settings.mirrors.map((mirror) => {
    const url = new URL(mirror.includes("://") ? mirror : `https://${mirror}`);
    const verify = !isInsecure(url.host, settings);
    return { base: url.href.replace(/\/$/, ""), mirror: true, verify };
  });
  return [...mirrors, ...own];
}

function hostEndpoints(host: string, settings: RegistrySettings): readonly Endpoint[] {
  const insecure = isInsecure(host, settings);
  const secure = { base: `https://${host}`, mirror: false, verify: !insecure };
  return insecure ? [secure, { base: `http://${host}`, mirror: false, verify: false }] : [secure];
}

function isInsecure(host: string, settings: RegistrySettings): boolean {
  if (isListed(host, settings.insecure)) return true;
  return isLoopback(host) && settings.certificates(host).authorities.length === 0;
}
