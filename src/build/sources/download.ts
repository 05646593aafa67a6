import { EngineError, VERSION } from "../../base/index.ts";

const MOST_REDIRECTS = 10;
/** A server that does not begin to answer in this many milliseconds is given up. */
const SILENCE = 60_000;

/** Headers that make a request conditional. */
export interface Conditions {
  readonly etag?: string | undefined;
  readonly modified?: string | undefined;
}

/** The answer to a request for a file. */
export interface Download {
  /** What was asked for, without what lets its user in. */
  readonly url: string;
  /** True when what was known still holds; the stream is empty then. */
  readonly unchanged: boolean;
  readonly stream: ReadableStream<Uint8Array>;
  readonly etag: string | undefined;
  /** As the server says it. */
  readonly modified: string | undefined;
}

/**
 * Asks for a file. Redirects are followed within http and https; what the URL has of credentials goes to the host that it
 * names and to no other. Throws `unavailable` or `notFound`.
 */
export async function download(
  url: string,
  options: { readonly signal: AbortSignal; readonly conditions?: Conditions },
): Promise<Download> {
  let at = parseUrl(url);
  const first = at.origin;
  const credentials = takeCredentials(at);
  const shown = at.href;
  for (let redirects = 0; ; redirects++) {
    const headers = toHeaders(options.conditions, at.origin === first ? credentials : undefined);
    const response = await ask(at, headers, options.signal);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || response.status === 304 || location === null) {
      return toDownload(at, shown, { response, signal: options.signal });
    }
    await response.body?.cancel();
    if (redirects >= MOST_REDIRECTS) throw await failed(at, `stopped after ${MOST_REDIRECTS} redirects`);
    at = parseUrl(new URL(location, at).href);
    takeCredentials(at);
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new EngineError("invalidArgument", "invalid URL: it must begin with http:// or https://");
  }
  return url;
}

/** Takes user and password out of a URL; the header that stands for them. */
function takeCredentials(url: URL): string | undefined {
  const { username, password } = url;
  if (username === "" && password === "") return undefined;
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  url.username = "";
  url.password = "";
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

function toHeaders(conditions: Conditions = {}, credentials: string | undefined): Record<string, string> {
  return {
    "user-agent": `strake/${VERSION}`,
    "accept-encoding": "identity",
    ...(credentials === undefined ? {} : { authorization: credentials }),
    ...(conditions.etag === undefined ? {} : { "if-none-match": conditions.etag }),
    ...(conditions.modified === undefined ? {} : { "if-modified-since": conditions.modified }),
  };
}

async function ask(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), SILENCE);
  try {
    const either = AbortSignal.any([signal, silence.signal]);
    return await fetch(url, { headers, redirect: "manual", signal: either, decompress: false });
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw await (silence.signal.aborted ? failed(url, "no answer") : unreachable(url, error));
  } finally {
    clearTimeout(timer);
  }
}

function toDownload(
  at: URL,
  url: string,
  { response, signal }: { readonly response: Response; readonly signal: AbortSignal },
): Download {
  const { status } = response;
  const unchanged = status === 304;
  if (!unchanged && (status < 200 || status >= 300)) {
    void response.body?.cancel();
    const kind = status === 404 || status === 410 ? "notFound" : "unavailable";
    throw new EngineError(kind, `invalid response status ${status} for ${url}`);
  }
  const etag = response.headers.get("etag") ?? undefined;
  const modified = response.headers.get("last-modified") ?? undefined;
  return { url, unchanged, stream: readBody(at, response.body, signal), etag, modified };
}

/** The body of an answer; when it breaks off, the error says where it came from. */
function readBody(
  url: URL,
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const reader = body?.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done || value === undefined) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        throw signal.aborted ? cancelled() : await unreachable(url, error);
      }
    },
    cancel: async (reason) => await reader?.cancel(reason),
  });
}

async function unreachable(url: URL, cause: unknown): Promise<EngineError> {
  const { failureReason } = await import("../../registry/index.ts");
  return failed(url, failureReason(url, cause), cause);
}

async function failed(url: URL, reason: string, cause?: unknown): Promise<EngineError> {
  const { failedRequest } = await import("../../registry/index.ts");
  return new EngineError("unavailable", failedRequest("GET", url, reason), { cause });
}

function cancelled(): EngineError {
  return new EngineError("cancelled", "operation cancelled");
}
