import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { tar } from "../support/busybox-archive.ts";
import { fsck } from "../support/fsck.ts";
import { type StrakeOptions, strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(30_000);

const LAYER = tar([{ path: "a", data: "hello" }]);
const DIFF_ID = `sha256:${hash(LAYER)}`;
const OCI = "application/vnd.oci.image";
let root: TempRoot;
beforeAll(async () => {
  root = await tempRoot();
});
afterAll(() => root.remove());

const cli = (words: readonly string[], options: StrakeOptions = {}) =>
  strake(words, { ...options, env: { ...root.env, ...options.env } });

function hash(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function config(extra: object = {}): string {
  const rootfs = { type: "layers", diff_ids: [DIFF_ID] };
  return JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs, ...extra });
}

function docker(
  image: string,
  manifest: unknown = [{ Config: "c.json", RepoTags: ["x:1"], Layers: ["l.tar"] }],
) {
  return tar([
    { path: "l.tar", data: LAYER },
    { path: "c.json", data: image },
    { path: "manifest.json", data: typeof manifest === "string" ? manifest : JSON.stringify(manifest) },
  ]);
}

interface Forgery {
  /** The document in which one bit is another. */
  readonly flip?: "config" | "layer" | "manifest" | "index";
  readonly manifest?: object;
  readonly copies?: number;
  readonly layerSize?: number;
}

function oci({ flip, manifest, copies = 1, layerSize = LAYER.length }: Forgery): Uint8Array {
  const image = config();
  const describe = (kind: string, data: string | Uint8Array, size = data.length) => ({
    mediaType: `${OCI}.${kind}`,
    digest: `sha256:${hash(data)}`,
    size,
  });
  const document = JSON.stringify({
    schemaVersion: 2,
    config: describe("config.v1+json", image),
    layers: [describe("layer.v1.tar", LAYER, layerSize)],
    ...manifest,
  });
  const entry = {
    ...describe("manifest.v1+json", document),
    annotations: { "io.containerd.image.name": "x:1" },
  };
  const index = JSON.stringify({ schemaVersion: 2, manifests: Array(copies).fill(entry) });
  const blob = (name: string, data: string | Uint8Array) => {
    const bytes = Buffer.from(data);
    // In the layer, the content of its file.
    const at = name === "layer" ? 513 : bytes.length >> 1;
    if (flip === name) bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  return tar([
    { path: "oci-layout", data: '{"imageLayoutVersion":"1.0.0"}' },
    { path: `blobs/sha256/${hash(image)}`, data: blob("config", image) },
    { path: `blobs/sha256/${hash(LAYER)}`, data: blob("layer", LAYER) },
    { path: `blobs/sha256/${hash(document)}`, data: blob("manifest", document) },
    { path: "index.json", data: blob("index", index) },
  ]);
}

/** A header that announces a PAX extension of no bytes, again and again. */
function endlessHeaders(): Uint8Array {
  const block = Buffer.from(tar([{ path: "x" }]).subarray(0, 512));
  block.write("        ", 148);
  block.write("x", 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0`, 148);
  return Buffer.concat(Array<Uint8Array>(4 << 10).fill(block));
}

const tagged = (tags: readonly string[]) => [{ Config: "c.json", RepoTags: tags, Layers: ["l.tar"] }];

test.each<[string, () => Uint8Array, string]>([
  ["a bit of the config flipped", () => oci({ flip: "config" }), "does not match digest"],
  ["a bit of the layer flipped", () => oci({ flip: "layer" }), "invalid diffID for layer 0"],
  ["a bit of the manifest flipped", () => oci({ flip: "manifest" }), "does not match digest"],
  ["a bit of the index flipped", () => oci({ flip: "index" }), "no such file or directory"],
  [
    "layers and manifests at once",
    () => oci({ manifest: { manifests: [] } }),
    "has both layers and manifests",
  ],
  ["a layer of another size", () => oci({ layerSize: 5 }), "bytes, not 5"],
  ["40,000 images in its index", () => oci({ copies: 40_000 }), "40000 images, more than 10000"],
  [
    "one diffID too many",
    () => docker(config({ rootfs: { diff_ids: [DIFF_ID, DIFF_ID] } })),
    "layers length mismatch",
  ],
  [
    "a diffID that is a path",
    () => docker(config({ rootfs: { diff_ids: ["sha256:../../x"] } })),
    "invalid digest",
  ],
  ["a config nested without end", () => docker("[".repeat(1_000_000)), "invalid image config"],
  ["a manifest nested without end", () => docker(config(), "[".repeat(1_000_000)), "invalid archive"],
  [
    "a config elsewhere",
    () => docker(config(), [{ Config: "../../etc/passwd" }]),
    "is outside of the archive",
  ],
  [
    "300,000 images",
    () => docker(config(), Array(300_000).fill({ Config: "c.json" })),
    "300000 images, more than",
  ],
  ["20,000 names", () => docker(config(), tagged(Array(20_000).fill("x:1"))), "20000 names, more than"],
  [
    "a name that could pass for an ID",
    () => docker(config(), tagged([`sha256:${"a".repeat(64)}`])),
    "ambiguous tag",
  ],
  ["a name that climbs", () => docker(config(), tagged(["../../x:1"])), "invalid reference format"],
  [
    "more layers than can be mounted",
    () =>
      docker(config({ rootfs: { diff_ids: Array(501).fill(DIFF_ID) } }), [
        { Config: "c.json", Layers: Array(501).fill("l.tar") },
      ]),
    "max depth exceeded",
  ],
  ["headers without end", endlessHeaders, "invalid tar header"],
])("an archive with %s is refused and leaves nothing", async (_, archive, message) => {
  const { stderr, stdout, exitCode } = await cli(["image", "load"], { stdin: archive() });
  expect(stderr).toContain(message);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  expect((await cli(["images", "-aq"])).stdout).toBe("");
  expect(fsck(root.env)).toEqual([]);
});

test.each<[string, string]>([
  [
    "keys that mean something to JavaScript",
    `{"__proto__":{"os":"x"},"os":"linux","config":{"Labels":{"__proto__":"a","constructor":"b"},"Volumes":{"__proto__":{}}},"rootfs":{"diff_ids":["${DIFF_ID}"]}}`,
  ],
  ["keys twice", `{"os":"windows","os":"linux","rootfs":{"diff_ids":["${DIFF_ID}"]}}`],
  ["no history", config({ history: [] })],
  ["a time that is none", config({ created: "yesterday" })],
  [
    "numbers beyond all bounds",
    config().replace('"config":{}', '"config":{"Healthcheck":{"Test":["CMD","x"],"Interval":1e400}}'),
  ],
])("an image with %s loads, is shown and goes", async (_, image) => {
  expect((await cli(["image", "load"], { stdin: docker(image) })).stderr).toBe("");
  for (const words of [["image", "inspect", "x:1"], ["history", "x:1"], ["images"], ["rmi", "x:1"]]) {
    const { stderr, exitCode } = await cli(words);
    expect({ words, stderr, exitCode }).toEqual({ words, stderr: "", exitCode: 0 });
  }
  expect(fsck(root.env)).toEqual([]);
});
