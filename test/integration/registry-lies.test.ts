import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, MediaType, parseReference } from "../../src/oci/index.ts";
import {
  type Credential,
  openRegistry,
  type Registry,
  type RegistryOptions,
} from "../../src/registry/index.ts";
import { cuttingServer } from "../support/cutting-server.ts";
import { fakeRegistry } from "../support/fake-registry.ts";

const USER: Credential = { kind: "password", username: "alice", password: "hunter2" };

function open(options: RegistryOptions = {}): Registry {
  return openRegistry({ folders: [], retryDelay: 1, credentials: async () => USER, ...options });
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}

const MANIFEST = { schemaVersion: 2, mediaType: MediaType.ociManifest, config: {}, layers: [] };
const layer = { mediaType: MediaType.ociLayer };

test("a manifest that is not what its digest says is refused", async () => {
  await using server = fakeRegistry();
  const { digest } = server.manifest(MANIFEST);
  server.lie((_, { pathname }) =>
    pathname.includes("/manifests/")
      ? Response.json(
          { ...MANIFEST, annotations: { evil: "1" } },
          { headers: { "content-type": MediaType.ociManifest } },
        )
      : undefined,
  );
  await expect(open().manifest(parseReference(`${server.host}/x@${digest}`))).rejects.toMatchObject({
    kind: "dataLoss",
    message: expect.stringContaining(`content of ${digest} from the registry has digest`),
  });
});

test("a registry without HEAD is asked with GET", async () => {
  await using server = fakeRegistry();
  const descriptor = server.manifest(MANIFEST, { tag: "1" });
  server.lie(({ method }) => (method === "HEAD" ? new Response(null, { status: 405 }) : undefined));
  expect(await open().resolve(parseReference(`${server.host}/x:1`))).toEqual(descriptor);
});

test("a digest in the header that is not the content's is refused", async () => {
  await using server = fakeRegistry();
  server.manifest(MANIFEST, { tag: "1" });
  const headers = { "content-type": MediaType.ociManifest, "docker-content-digest": digestOf("other") };
  server.lie((_, { pathname }) =>
    pathname.endsWith("/1") ? Response.json(MANIFEST, { headers }) : undefined,
  );
  await expect(open().manifest(parseReference(`${server.host}/x:1`))).rejects.toMatchObject({
    kind: "dataLoss",
  });
});

test("a manifest that lies about its type, or is image and index at once, is refused", async () => {
  await using server = fakeRegistry();
  server.manifest(MANIFEST, { tag: "type", mediaType: MediaType.ociIndex });
  server.manifest({ ...MANIFEST, manifests: [] }, { tag: "both" });
  server.manifest({ schemaVersion: 1, name: "old" }, { tag: "old" });
  server.manifest(Buffer.from("no json"), { tag: "text" });
  server.manifest({ schemaVersion: 2, mediaType: "text/html" }, { tag: "html", mediaType: "text/html" });
  const read = (tag: string) => open().manifest(parseReference(`${server.host}/x:${tag}`));
  await expect(read("type")).rejects.toThrow("invalid manifest: its media type is");
  await expect(read("both")).rejects.toThrow("invalid manifest: it has both layers and manifests");
  await expect(read("old")).rejects.toThrow("invalid manifest: it has Docker's old schema 1");
  await expect(read("text")).rejects.toThrow("invalid manifest: it is no JSON");
  await expect(read("html")).rejects.toThrow('invalid manifest: media type "text/html" is no image');
});

test("a manifest of 5 GB is given up before it fills the memory, announced or not", async () => {
  await using server = fakeRegistry();
  const chunk = new Uint8Array(1 << 20).fill(0x20);
  let sent = 0;
  server.lie((_, { pathname }) => {
    if (!pathname.includes("/manifests/")) return undefined;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        if (sent > 5e9) controller.close();
        else controller.enqueue(chunk);
      },
    });
    return new Response(body, { headers: { "content-type": MediaType.ociManifest } });
  });
  await expect(open().manifest(parseReference(`${server.host}/x:1`))).rejects.toThrow(
    "the answer is longer than 4194304 bytes",
  );
  expect(sent).toBeLessThan(100e6);
});

test("a connection that breaks is taken up where it broke", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  await using server = await cuttingServer(bytes, { piece: () => 20_000, ranges: true });
  const descriptor = { ...layer, digest: digestOf(bytes), size: bytes.length };
  const got = await collect(open().blob(parseReference(`${server.host}/x`), descriptor));
  expect(digestOf(got)).toBe(descriptor.digest);
  // What comes right before the end of a connection may be lost, and is then asked for again.
  expect([...new Set(server.ranges)]).toEqual([undefined, "bytes=20000-", "bytes=40000-"]);
});

test("a registry that knows no ranges sends all again, of which the rest is taken", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const piece = (request: number) => (request === 0 ? 20_000 : 60_000);
  await using server = await cuttingServer(bytes, { piece, ranges: false });
  const descriptor = { ...layer, digest: digestOf(bytes), size: bytes.length };
  const got = await collect(open().blob(parseReference(`${server.host}/x`), descriptor));
  expect(digestOf(got)).toBe(descriptor.digest);
});

test("a blob that is longer or shorter than its size is refused", async () => {
  await using server = fakeRegistry();
  const { digest } = server.blob("0123456789");
  const repository = parseReference(`${server.host}/x`);
  const read = (size: number) => collect(open().blob(repository, { ...layer, digest, size }));
  await expect(read(5)).rejects.toThrow("has more than 5 bytes");
  server.lie((request) => (request.headers.has("range") ? new Response("0123456789") : undefined));
  await expect(read(20)).rejects.toMatchObject({
    kind: "dataLoss",
    message: expect.stringContaining("ends after 10 of 20 bytes"),
  });
});

test("a range that was not asked for is refused", async () => {
  await using server = fakeRegistry();
  const blob = server.blob("0123456789");
  server.lie((_, { pathname }) =>
    pathname.includes("/blobs/")
      ? new Response("56789", { status: 206, headers: { "content-range": "bytes 5-9/10" } })
      : undefined,
  );
  const source = open().blob(parseReference(`${server.host}/x`), { ...layer, ...blob }, { offset: 3 });
  await expect(collect(source)).rejects.toThrow("sent another range");
});

test("429 and 5xx are repeated, with the pause that was asked for, and given up in the end", async () => {
  await using server = fakeRegistry();
  server.manifest(MANIFEST, { tag: "1" });
  const answers = [
    new Response("", { status: 429, headers: { "retry-after": "0" } }),
    new Response("", { status: 503 }),
    new Response("", { status: 500 }),
  ];
  server.lie(() => answers.shift());
  const reference = parseReference(`${server.host}/x:1`);
  expect((await open().manifest(reference)).value).toEqual(MANIFEST);
  server.lie(() =>
    Response.json({ errors: [{ code: "TOOMANYREQUESTS", message: "slow down" }] }, { status: 429 }),
  );
  const before = server.requests.length;
  await expect(open().manifest(reference)).rejects.toMatchObject({
    kind: "unavailable",
    message: "toomanyrequests: slow down",
  });
  expect(server.requests.length - before).toBe(5);
});

test("a registry that falls silent is given up", async () => {
  await using server = fakeRegistry();
  const blob = server.blob("0123456789");
  const body = () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
  server.lie((_, { pathname }) => (pathname.includes("/blobs/") ? new Response(body()) : undefined));
  const registry = open({ stallTimeout: 50 });
  await expect(
    collect(registry.blob(parseReference(`${server.host}/x`), { ...layer, ...blob })),
  ).rejects.toThrow("i/o timeout");
  server.lie(() => new Promise<Response>(() => undefined));
  await expect(registry.resolve(parseReference(`${server.host}/x:1`))).rejects.toThrow("i/o timeout");
});

test("an aborted call ends at once", async () => {
  await using server = fakeRegistry();
  const abort = new AbortController();
  server.lie(() => {
    abort.abort();
    return new Promise<Response>(() => undefined);
  });
  await expect(
    open().manifest(parseReference(`${server.host}/x:1`), { signal: abort.signal }),
  ).rejects.toMatchObject({ kind: "cancelled" });
});

/** Wants basic auth. */
function locked(server: ReturnType<typeof fakeRegistry>): void {
  server.lie((request) =>
    request.headers.has("authorization")
      ? undefined
      : new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } }),
  );
}

test("credentials are not sent along when a registry redirects to another host", async () => {
  await using thief = fakeRegistry();
  await using server = fakeRegistry();
  const blob = thief.blob("the layer");
  server.lie((_, { pathname }) =>
    pathname.includes("/blobs/") ? Response.redirect(`http://${thief.host}${pathname}`, 307) : undefined,
  );
  locked(server);
  const got = await collect(open().blob(parseReference(`${server.host}/x`), { ...layer, ...blob }));
  expect(got.toString()).toBe("the layer");
  expect(server.requests.at(-1)?.authorization).toBe(`Basic ${btoa("alice:hunter2")}`);
  expect(thief.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
});

test("a host that was redirected to gets no credentials when it asks for them", async () => {
  await using thief = fakeRegistry();
  await using server = fakeRegistry();
  locked(thief);
  server.lie((_, { pathname }) => Response.redirect(`http://${thief.host}${pathname}`, 307));
  await expect(open().manifest(parseReference(`${server.host}/x:1`))).rejects.toMatchObject({
    kind: "unauthorized",
  });
  expect(thief.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test("an upload that is sent on to another host goes there without credentials", async () => {
  await using thief = fakeRegistry();
  await using server = fakeRegistry();
  thief.lie(() => new Response("", { status: 403 }));
  server.lie((request) =>
    request.method === "POST"
      ? new Response("", { status: 202, headers: { location: `http://${thief.host}/v2/x/upload` } })
      : undefined,
  );
  locked(server);
  const upload = {
    open: async function* () {
      yield Buffer.from("data");
    },
  };
  await expect(open().pushBlob(parseReference(`${server.host}/x`), upload)).rejects.toThrow();
  expect(thief.requests.length).toBeGreaterThan(0);
  expect(thief.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test("a password is not sent to a token server of somebody else", async () => {
  await using server = fakeRegistry();
  const bearer = (realm: string) =>
    new Response("", { status: 401, headers: { "www-authenticate": `Bearer realm="${realm}",service="x"` } });
  server.lie(() => bearer("https://tokens.evil.example/token"));
  const reference = parseReference(`${server.host}/x:1`);
  await expect(open().manifest(reference)).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining("asks for a token from https://tokens.evil.example"),
  });
  await expect(open().login(server.host, USER)).rejects.toMatchObject({ kind: "forbidden" });
  for (const realm of ["http://169.254.169.254/token", "file:///etc/passwd", "nonsense:"]) {
    server.lie(() => bearer(realm));
    await expect(open({ credentials: async () => undefined }).manifest(reference)).rejects.toThrow();
  }
});

test("redirects without an end, to local services and to no address are refused", async () => {
  await using server = fakeRegistry();
  const reference = parseReference(`${server.host}/x:1`);
  const to = (location: string) => server.lie(() => new Response("", { status: 302, headers: { location } }));
  to(`http://${server.host}/again`);
  await expect(open().manifest(reference)).rejects.toThrow("too many redirects");
  to("http://169.254.169.254/latest/meta-data");
  await expect(open().manifest(reference)).rejects.toThrow("refusing to go to a local address");
  to("file:///etc/passwd");
  await expect(open().manifest(reference)).rejects.toThrow("no address to go to");
});

test("pages of tags are followed on the registry's own host only, and not forever", async () => {
  await using server = fakeRegistry();
  const page = (tags: readonly string[], link?: string) =>
    Response.json({ tags }, link === undefined ? {} : { headers: { link: `<${link}>; rel="next"` } });
  server.lie((_, url) => {
    if (!url.pathname.endsWith("/tags/list")) return undefined;
    return url.searchParams.has("last") ? page(["c"]) : page(["a", "b"], "/v2/x/tags/list?last=b");
  });
  const repository = parseReference(`${server.host}/x`);
  expect(await open().tags(repository)).toEqual(["a", "b", "c"]);
  server.lie(() => page(["a"], "/v2/x/tags/list?last=a"));
  await expect(open().tags(repository)).rejects.toThrow("the list of tags does not end");
  server.lie(() => page(["a"], "http://evil.example/v2/x/tags/list"));
  await expect(open().tags(repository)).rejects.toThrow("the next page is at evil.example");
});

test("what a registry says in an error cannot write to a terminal", async () => {
  await using server = fakeRegistry();
  server.lie(() =>
    Response.json({ errors: [{ code: "DENIED", message: "\u001b[2Jgone\nfake" }] }, { status: 400 }),
  );
  await expect(open().manifest(parseReference(`${server.host}/x:1`))).rejects.toThrow(
    "denied:  [2Jgone fake",
  );
});

test("a proxy is used for registries elsewhere and never for this machine's own", async () => {
  await using proxy = fakeRegistry();
  await using server = fakeRegistry();
  server.manifest(MANIFEST, { tag: "here" });
  proxy.manifest(MANIFEST, { tag: "elsewhere" });
  const folder = await mkdtemp(join(tmpdir(), "strake-proxy-"));
  try {
    const settings = {
      "insecure-registries": ["registry.invalid:5000"],
      proxies: { "http-proxy": `http://${proxy.host}`, "no-proxy": "other.invalid" },
    };
    await Bun.write(join(folder, "daemon.json"), JSON.stringify(settings));
    const registry = open({ folders: [folder] });
    await registry.manifest(parseReference(`${server.host}/x:here`));
    expect(proxy.requests).toEqual([]);
    await registry.manifest(parseReference("registry.invalid:5000/x:elsewhere"));
    expect(proxy.requests.map(({ path }) => path)).toEqual(["/v2/x/manifests/elsewhere"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a mirror answers for Docker Hub without getting its credentials, and what it lacks comes from the Hub", async () => {
  await using mirror = fakeRegistry();
  const folder = await mkdtemp(join(tmpdir(), "strake-mirror-"));
  try {
    const settings = { "registry-mirrors": [`http://${mirror.host}`] };
    await Bun.write(join(folder, "daemon.json"), JSON.stringify(settings));
    mirror.manifest(MANIFEST, { tag: "1" });
    const registry = open({ folders: [folder] });
    expect((await registry.manifest(parseReference("alpine:1"))).value).toEqual(MANIFEST);
    expect(mirror.requests.map(({ path }) => path)).toEqual(["/v2/library/alpine/manifests/1"]);
    locked(mirror);
    await expect(registry.manifest(parseReference("alpine:1"))).rejects.toMatchObject({
      message: expect.stringContaining("registry-1.docker.io"),
      hint: expect.stringContaining("strake image bootstrap"),
    });
    expect(mirror.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
