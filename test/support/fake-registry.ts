import { type Descriptor, type Digest, digestOf, MediaType } from "../../src/oci/index.ts";

/** One request as it came. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** Answers a request in its own way, or leaves it to the honest registry by returning undefined. */
export type Lie = (request: Request, url: URL) => MaybeLater<Response | undefined> | Promise<Response>;

type MaybeLater<T> = T | Promise<T>;

/** A registry of the tests' own, read-only and honest but for its lies. */
export interface FakeRegistry extends AsyncDisposable {
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  /** Stores a blob. */
  blob(bytes: Uint8Array | string): { readonly digest: Digest; readonly size: number };
  /** Stores a manifest under its digest and, if given, a tag of any repository. */
  manifest(
    value: object | Uint8Array,
    options?: { readonly tag?: string; readonly mediaType?: string },
  ): Descriptor;
  /** Comes before the honest answers; the latest first. */
  lie(lie: Lie): void;
}

/** Starts a registry; with `lie` from the start. */
export function fakeRegistry(): FakeRegistry {
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, { readonly bytes: Uint8Array; readonly mediaType: string }>();
  const requests: SeenRequest[] = [];
  const lies: Lie[] = [];
  const honest = (request: Request, url: URL): Response => {
    if (url.pathname === "/v2/") return Response.json({});
    const [, kind, key = ""] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (kind === "manifests") {
      const found = manifests.get(key);
      if (found === undefined) return unknown("MANIFEST_UNKNOWN", "manifest unknown");
      const headers = { "content-type": found.mediaType, "docker-content-digest": digestOf(found.bytes) };
      return bodied(request, found.bytes, headers);
    }
    const bytes = blobs.get(key);
    if (bytes === undefined) return unknown("BLOB_UNKNOWN", "blob unknown to registry");
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "") ?? [];
    if (from === undefined) return bodied(request, bytes, {});
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    return new Response(Uint8Array.from(bytes.subarray(Number(from))), {
      status: 206,
      headers: { "content-range": range },
    });
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url);
      requests.push({
        method: request.method,
        path: url.pathname + url.search,
        authorization: request.headers.get("authorization") ?? undefined,
        range: request.headers.get("range") ?? undefined,
      });
      for (const lie of lies) {
        const answer = await lie(request, url);
        if (answer !== undefined) return answer;
      }
      return honest(request, url);
    },
  });
  return {
    host: `127.0.0.1:${server.port}`,
    requests,
    blob: (content) => {
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      const digest = digestOf(bytes);
      blobs.set(digest, bytes);
      return { digest, size: bytes.length };
    },
    manifest: (value, { tag, mediaType = MediaType.ociManifest } = {}) => {
      const bytes = value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value));
      const digest = digestOf(bytes);
      for (const key of [digest, ...(tag === undefined ? [] : [tag])])
        manifests.set(key, { bytes, mediaType });
      return { mediaType, digest, size: bytes.length };
    },
    lie: (lie) => void lies.unshift(lie),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

function unknown(code: string, message: string): Response {
  return Response.json({ errors: [{ code, message }] }, { status: 404 });
}

function bodied(request: Request, bytes: Uint8Array, headers: Readonly<Record<string, string>>): Response {
  if (request.method !== "HEAD") return new Response(Uint8Array.from(bytes), { headers });
  return new Response(null, { headers: { ...headers, "content-length": String(bytes.length) } });
}
