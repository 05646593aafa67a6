import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { MS_NODEV, mount, unmount } from "../../src/host/index.ts";
import { digestOf, MediaType } from "../../src/oci/index.ts";
import { tar } from "../support/busybox-archive.ts";
import { type FakeLayer, fileLayer, putImage } from "../support/fake-image.ts";
import { type FakeRegistry, fakeRegistry } from "../support/fake-registry.ts";
import { fsck } from "../support/fsck.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(30_000);

let root: TempRoot;
let server: FakeRegistry;

beforeEach(async () => {
  root = await tempRoot();
  server = fakeRegistry();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await root.remove();
});

/** The pull fails with `text`, and nothing of it is in the store afterwards. */
async function expectRefused(tag: string, text: string): Promise<void> {
  const { stderr, exitCode } = await strake(["pull", `${server.host}/x:${tag}`], { env: root.env });
  expect(stderr).toContain(text);
  expect(exitCode).toBe(1);
  expect((await strake(["images", "-aq"], { env: root.env })).stdout).toBe("");
  expect(fsck(root.env)).toEqual([]);
  const layers = join(root.env.STRAKE_ROOT ?? "", "layers");
  expect(existsSync(layers) ? readdirSync(layers).filter((name) => name !== "init") : []).toEqual([]);
}

test("a layer with other bytes than its digest says is refused, and fetched anew the next time", async () => {
  for (const compression of ["none", "gzip"] as const) {
    const { layers } = await putImage(server, {
      tag: "1",
      layers: [{ ...fileLayer("a", "good"), compression }],
    });
    const digest = layers[0]?.digest ?? "";
    let lying = true;
    server.lie(async (request, { pathname }) => {
      if (!lying || !pathname.endsWith(digest)) return undefined;
      // It unpacks well, and its tar may even be the right one.
      if (compression === "none") return new Response(Uint8Array.from(fileLayer("a", "evil").tar));
      const bytes = gzipSync(fileLayer("a", "good").tar);
      bytes[8] = 0xff;
      return request.method === "GET" ? new Response(bytes) : undefined;
    });
    await expectRefused("1", `filesystem layer verification failed for digest ${digest}`);
    lying = false;
    const name = `${server.host}/x:1`;
    expect((await strake(["pull", "-q", name], { env: root.env })).stderr).toBe("");
    await strake(["rmi", name], { env: root.env });
  }
});

test("a layer that unpacks to something else than the config says is refused", async () => {
  const rootfs = { type: "layers", diff_ids: [digestOf("another layer")] };
  await putImage(server, { tag: "1", layers: [fileLayer("a", "1")], config: { rootfs } });
  await expectRefused("1", "layers from manifest don't match image configuration");
});

test("a layer that is longer, shorter or much larger than the manifest says is refused", async () => {
  const layers = [fileLayer("a", "1")];
  const forge = (size: (real: number) => number) => ({
    forge: (real: readonly { readonly size: number }[]) =>
      real.map((each) => ({ ...each, size: size(each.size) })),
  });
  await putImage(server, { tag: "longer", layers, ...forge((size) => size - 1) });
  await expectRefused("longer", "has more than");
  await putImage(server, { tag: "negative", layers, ...forge(() => -1) });
  await expectRefused("negative", "has no size");
  await putImage(server, { tag: "large", layers, ...forge(() => 2 ** 49) });
  await expectRefused("large", "no space left on device");
  await putImage(server, { tag: "absurd", layers, ...forge(() => 1e300) });
  await expectRefused("absurd", "has no size");
});

test("a damaged, a cut-off and an unknown kind of layer are refused", async () => {
  const cut: FakeLayer = { tar: fileLayer("a", "0123456789".repeat(1000)).tar.subarray(0, 3000) };
  await putImage(server, { tag: "cut", layers: [cut] });
  await expectRefused("cut", "unexpected EOF");
  const mediaType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
  const forge = (real: readonly object[]) => real.map((each) => ({ ...each, mediaType }));
  await putImage(server, { tag: "chart", layers: [fileLayer("a", "1")], forge });
  await expectRefused("chart", `a layer of it is "${mediaType}"`);
});

test("a manifest and a config that do not fit each other are refused", async () => {
  const layers = [fileLayer("a", "1"), fileLayer("b", "2")];
  await putImage(server, { tag: "count", layers, forge: (real) => real.slice(1) });
  await expectRefused("count", "layers length mismatch: expected 2, got 1");
  const many = { type: "layers", diff_ids: Array(501).fill(digestOf("x")) };
  await putImage(server, {
    tag: "many",
    layers: [],
    config: { rootfs: many },
    forge: () => Array(501).fill({ mediaType: MediaType.ociLayer, digest: digestOf("x"), size: 1 }),
  });
  await expectRefused("many", "max depth exceeded");
});

test("an index that points to itself, and indexes without an end, are refused", async () => {
  const digest = digestOf("an index that cannot be");
  const entry = { mediaType: MediaType.ociIndex, digest, size: 500 };
  const index = { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [entry] };
  server.manifest(index, { tag: "self", mediaType: MediaType.ociIndex });
  server.lie((_, { pathname }) =>
    pathname.endsWith(digest)
      ? Response.json(index, { headers: { "content-type": MediaType.ociIndex } })
      : undefined,
  );
  await expectRefused("self", `content of ${digest} from the registry has digest`);
  let below = (await putImage(server, { layers: [fileLayer("a", "1")] })).manifest;
  for (let depth = 0; depth < 12; depth++) {
    const nested = {
      schemaVersion: 2,
      mediaType: MediaType.ociIndex,
      manifests: [below],
      annotations: { depth: `${depth}` },
    };
    below = server.manifest(nested, { tag: "deep", mediaType: MediaType.ociIndex });
  }
  await expectRefused("deep", "indexes are nested too deep");
});

test("an artifact that is no image is refused", async () => {
  const config = { mediaType: "application/vnd.cncf.helm.config.v1+json", ...server.blob("{}") };
  server.manifest(
    { schemaVersion: 2, mediaType: MediaType.ociManifest, config, layers: [] },
    { tag: "helm" },
  );
  await expectRefused("helm", 'its config is "application/vnd.cncf.helm.config.v1+json"');
});

test("nothing that a registry says can move the cursor of a terminal", async () => {
  const mediaType = "\u001b[2Jhidden";
  await putImage(server, { tag: "1", forge: (real) => real.map((each) => ({ ...each, mediaType })) });
  const refused = await strake(["pull", `${server.host}/x:1`], { env: root.env });
  expect(refused.stderr).toContain('a layer of it is " [2Jhidden"');
  server.lie((_, { pathname }) =>
    pathname.endsWith("/tags/list") ? Response.json({ tags: ["1", "\u001b[2J/../../y"] }) : undefined,
  );
  const listed = await strake(["pull", "-a", `${server.host}/x`], { env: root.env });
  expect([listed.stderr, listed.exitCode]).toEqual([
    `Error response from daemon: ${server.host}: "\\u001b[2J/../../y" is no tag\n`,
    1,
  ]);
});

test("the address of a foreign layer is never asked", async () => {
  await using elsewhere = fakeRegistry();
  const forge = (real: readonly object[]) =>
    real.map((each) => ({
      ...each,
      mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      urls: [`http://${elsewhere.host}/layer`],
    }));
  const { layers } = await putImage(server, { tag: "foreign", layers: [fileLayer("a", "1")], forge });
  const digest = layers[0]?.digest ?? "";
  server.lie((_, { pathname }) =>
    pathname.endsWith(digest) ? new Response("", { status: 404 }) : undefined,
  );
  await expectRefused("foreign", "blob unknown to registry");
  expect(elsewhere.requests).toEqual([]);
});

test("a small layer that unpacks to more than the disk has ends with its space given back", async () => {
  const disk = root.env.STRAKE_ROOT ?? "";
  mkdirSync(disk, { recursive: true });
  mount("tmpfs", disk, "tmpfs", MS_NODEV, "size=64m");
  try {
    await putImage(server, { tag: "small", layers: [fileLayer("a", "1")] });
    expect((await strake(["pull", "-q", `${server.host}/x:small`], { env: root.env })).stderr).toBe("");
    await strake(["rmi", `${server.host}/x:small`], { env: root.env });
    const free = () => statfsSync(disk).bavail;
    const before = free();
    const bomb = { tar: tar([{ path: "zeros", data: new Uint8Array(300_000_000) }]) };
    const { layers } = await putImage(server, { tag: "bomb", layers: [bomb] });
    expect(layers[0]?.size).toBeLessThan(1_000_000);
    await expectRefused("bomb", "no space left on device");
    expect(before - free()).toBeLessThan(512);
  } finally {
    unmount(disk, { detach: true });
  }
});
