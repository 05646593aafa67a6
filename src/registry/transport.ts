import { readFileSync } from "node:fs";
import { EngineError, VERSION } from "../base/index.ts";
import { badRedirect, unreachable } from "./errors.ts";
import { isLocalAddress, isLoopback } from "./hosts.ts";
import { exemptLoopback, proxyFor } from "./proxy.ts";
import type { HostCertificates, RegistrySettings } from "./settings.ts";

/** One HTTP request; `authorization` goes to the origin of `url` and nowhere else. */
export interface Exchange {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorization?: string | undefined;
  /** A function gives bytes as they come, and is called again when the request is sent again. */
  readonly body?: Uint8Array | string | (() => AsyncIterable<Uint8Array>);
  /** Whether the certificate of the first host is verified; other hosts' always are. */
  readonly verify: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An answer; `url` is where it came from after all redirects. */
export interface Answer {
  readonly response: Response;
  readonly url: URL;
}

/** Sends requests, with this machine's certificates and proxies. Throws `unavailable` when there is no answer. */
export type Transport = (exchange: Exchange) => Promise<Answer>;

const MOST_REDIRECTS = 10;
const SYSTEM_AUTHORITIES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

/** A transport on the settings of this machine. `stallTimeout`: milliseconds to wait for the head of an answer. */
export function createTransport(
  settings: RegistrySettings,
  { stallTimeout }: { readonly stallTimeout: number },
): Transport {
  exemptLoopback();
  const certificates = new Map<string, HostCertificates>();
  const certificatesOf = (host: string): HostCertificates => {
    const known = certificates.get(host) ?? settings.certificates(host);
    certificates.set(host, known);
    return known;
  };

  async function once(exchange: Exchange, url: URL, first: boolean): Promise<Response> {
    const { method, headers = {}, authorization, body, signal } = exchange;
    const verify = exchange.verify || !first;
    const isOrigin = url.origin === exchange.url.origin;
    const proxy = proxyFor(url, settings);
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(timedOut()), stallTimeout);
    const sent = typeof body === "function" ? toStream(body(), () => timer.refresh()) : body;
    const stop = (): void => waiting.abort(cancelled());
    if (signal?.aborted) throw cancelled();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await fetch(url, {
        method,
        redirect: "manual",
        decompress: false,
        headers: {
          "user-agent": `strake/${VERSION}`,
          "accept-encoding": "identity",
          ...headers,
          ...(authorization === undefined || !isOrigin ? {} : { authorization }),
        },
        ...(sent === undefined ? {} : { body: sent }),
        ...(proxy === undefined ? {} : { proxy }),
        ...(url.protocol === "https:" ? { tls: tlsFor(certificatesOf(url.host), verify) } : {}),
        signal: waiting.signal,
      });
    } catch (error) {
      if (signal?.aborted) throw cancelled();
      throw unreachable(method, url, { cause: waiting.signal.aborted ? timedOut() : error, proxy });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  return async (exchange) => {
    let url = exchange.url;
    for (let hop = 0; ; hop++) {
      const response = await once(exchange, url, hop === 0);
      const next = redirectTarget(response, url);
      if (next === undefined || !(exchange.method === "GET" || exchange.method === "HEAD")) {
        return { response, url };
      }
      await response.body?.cancel();
      if (hop === MOST_REDIRECTS) throw badRedirect(exchange.url, next.host, "too many redirects");
      checkRedirect(exchange.url, next);
      url = next;
    }
  };
}

/** A stream that takes from `source` when it is read, and says so. */
function toStream(source: AsyncIterable<Uint8Array>, onRead: () => void): ReadableStream<Uint8Array> {
  const reader = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        onRead();
        const { value, done } = await reader.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => {
        await reader.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Where an answer points; undefined when it is no redirect. Throws `forbidden` when that is no address of the web. */
function redirectTarget(response: Response, url: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = response.headers.get("location") ?? "";
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next === undefined || !/^https?:$/.test(next.protocol) || location === "") {
    throw badRedirect(url, location.slice(0, 200), "no address to go to");
  }
  return next;
}

/** Content may come from anywhere else, as its digest is checked, but never from this machine's own services. */
export function checkRedirect(from: URL, to: URL): void {
  if (!/^https?:$/.test(to.protocol)) throw badRedirect(from, to.href.slice(0, 200), "no address to go to");
  if (from.protocol === "https:" && to.protocol === "http:") {
    throw badRedirect(from, to.host, "refusing to go on without TLS");
  }
  if (isLocalAddress(to.host) && !isLoopback(from.host)) {
    throw badRedirect(from, to.host, "refusing to go to a local address");
  }
  if (isLoopback(from.host) && isLocalAddress(to.host) && !isLoopback(to.host)) {
    throw badRedirect(from, to.host, "refusing to go to a local address");
  }
}

let system: string | undefined;

function tlsFor({ authorities, client }: HostCertificates, verify: boolean) {
  system ??= readSystemAuthorities();
  const ca = [...(system === "" ? [] : [system]), ...authorities];
  return {
    rejectUnauthorized: verify,
    ...(ca.length === 0 ? {} : { ca }),
    ...(client === undefined ? {} : { cert: client.cert, key: client.key }),
  };
}

function readSystemAuthorities(): string {
  for (const path of SYSTEM_AUTHORITIES) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // Another distribution's place, or none: then the runtime's own list serves.
    }
  }
  return "";
}

function timedOut(): Error {
  return Object.assign(new Error("i/o timeout"), { code: "ETIMEDOUT" });
}

function cancelled(): EngineError {
  return new EngineError("cancelled", "operation cancelled");
}
