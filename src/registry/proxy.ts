import { isListed, isLoopback } from "./hosts.ts";
import type { RegistrySettings } from "./settings.ts";

/** The proxy for a request, from `daemon.json` or else the environment; none for this machine itself and what is exempt. */
export function proxyFor(url: URL, settings: RegistrySettings): string | undefined {
  const isSecure = url.protocol === "https:";
  const proxy =
    (isSecure ? settings.httpsProxy : settings.httpProxy) ?? fromEnv(isSecure ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy === undefined || isLoopback(url.host)) return undefined;
  const exempt = (settings.noProxy ?? fromEnv("NO_PROXY") ?? "")
    .split(",")
    .map((each) => each.trim().replace(/^\*?\./, ""));
  const name = url.hostname;
  const isExempt =
    isListed(url.host, exempt) || exempt.some((each) => each !== "" && name.endsWith(`.${each}`));
  if (isExempt) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** In the order in which the runtime looks. */
function fromEnv(name: string): string | undefined {
  return process.env[name.toLowerCase()] || process.env[name] || undefined;
}

/** As in other programs; the runtime reads `HTTP_PROXY` and `NO_PROXY` by itself, but knows no such exemption. */
export function exemptLoopback(): void {
  const loopback = "localhost,127.0.0.1,::1";
  const given = fromEnv("NO_PROXY") ?? "";
  if (given.includes(loopback)) return;
  const all = given === "" ? loopback : `${given},${loopback}`;
  process.env.NO_PROXY = all;
  process.env.no_proxy = all;
}
