import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { digestHex, digestOf } from "../../src/oci/index.ts";
import { derive, importOne, layersOnDisk, loadThroughPipe, save, write } from "../support/image-steps.ts";
import { type ImageStore, type Member, openImageStore, toTar } from "../support/image-store.ts";

let at: ImageStore;

beforeEach(() => {
  at = openImageStore();
});

afterEach(() => at.close());

const json = (value: unknown) => JSON.stringify(value);

test("saved images load elsewhere with the same IDs, from a file, a pipe and compressed", async () => {
  const base = await importOne(at, "base:1");
  const child = derive(at, base, "child", "child");
  const saved = await save(at, "base:1", "child");
  expect(await save(at, "base:1", "child")).toEqual(saved);
  const expected = [
    { kind: "named", name: { path: "library/base", tag: "1" }, id: base.id },
    { kind: "named", name: { path: "library/child", tag: "latest" }, id: child.id },
  ];
  const zstd = zstdCompressSync(saved);
  for (const [bytes, piped] of [
    [saved, false],
    [saved, true],
    [gzipSync(saved), false],
    [gzipSync(saved), true],
    [Buffer.concat([zstd]), true],
  ] as const) {
    const other = openImageStore();
    try {
      const path = join(other.folder, "in.tar");
      writeFileSync(path, bytes);
      const loaded = piped ? await loadThroughPipe(other, bytes) : await other.images.load({ path });
      expect(loaded).toMatchObject(expected);
      expect(other.images.resolve("child").parent).toBe(base.id);
      expect(layersOnDisk(other)).toHaveLength(1);
    } finally {
      other.close();
    }
  }
});

test("saving a bare name takes all of its tags, and an ID takes none", async () => {
  const { id } = await importOne(at, "app:1");
  at.images.tag("app:1", "app:2");
  const tagsIn = async (name: string) => {
    const saved = await save(at, name);
    const text = saved.toString("latin1");
    return /"RepoTags":(null|\[[^\]]*\])/.exec(text)?.[1];
  };
  expect(await tagsIn("app")).toBe('["app:1","app:2"]');
  expect(await tagsIn("app:2")).toBe('["app:2"]');
  expect(await tagsIn(id)).toBe("null");
  await expect(save(at, "app:1", "nope")).rejects.toThrow("No such image: nope");
});

const layer = toTar([["hello", "world"]]);
const second = toTar([["second", "file"]]);
const diff = (...tars: Uint8Array[]) => tars.map((each) => digestOf(each));
const configOf = (...tars: Uint8Array[]) =>
  json({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: diff(...tars) } });

test("an old docker-archive with linked and repeated layers loads from a file and from a pipe", async () => {
  const config = configOf(layer, second, layer);
  const archive = toTar([
    ["aa/", "", "directory"],
    ["aa/VERSION", "1.0"],
    ["aa/json", "{}"],
    ["aa/layer.tar", layer],
    ["bb/layer.tar", gzipSync(second)],
    ["cc/layer.tar", "../aa/layer.tar", "symlink"],
    ["c.json", config],
    [
      "manifest.json",
      json([
        { Config: "c.json", RepoTags: ["old:1"], Layers: ["aa/layer.tar", "bb/layer.tar", "cc/layer.tar"] },
      ]),
    ],
  ]);
  const id = digestOf(config);
  expect(await loadThroughPipe(at, archive)).toMatchObject([{ id }]);
  const other = openImageStore();
  try {
    const path = join(other.folder, "in.tar");
    writeFileSync(path, archive);
    expect(await other.images.load({ path })).toMatchObject([{ id }]);
    expect(other.images.resolve("old:1").size).toBe(14);
    expect(layersOnDisk(other)).toHaveLength(3);
  } finally {
    other.close();
  }
});

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function layout(edit: (index: { manifests: object[] }) => void = () => {}) {
  const members: Member[] = [];
  const add = (mediaType: string, content: string | Uint8Array): Blob => {
    const digest = digestOf(content);
    members.push([`blobs/sha256/${digestHex(digest)}`, content]);
    return { mediaType: `application/vnd.oci.image.${mediaType}`, digest, size: Buffer.from(content).length };
  };
  const image = (content: Uint8Array) =>
    add(
      "manifest.v1+json",
      json({
        schemaVersion: 2,
        config: add("config.v1+json", configOf(content)),
        layers: [add("layer.v1.tar+gzip", gzipSync(content))],
      }),
    );
  const nested = add(
    "index.v1+json",
    json({
      schemaVersion: 2,
      manifests: [
        { ...image(second), platform: { os: "linux", architecture: "riscv64" } },
        {
          ...image(layer),
          platform: { os: "linux", architecture: process.arch === "x64" ? "amd64" : process.arch },
        },
        { ...image(second), platform: { os: "unknown", architecture: "unknown" } },
      ],
    }),
  );
  const index = {
    schemaVersion: 2,
    manifests: [
      { ...nested, annotations: { "io.containerd.image.name": "docker.io/library/oci:1" } },
    ] as object[],
  };
  edit(index);
  return {
    members,
    add,
    index,
    tar: () =>
      toTar([...members, ["oci-layout", '{"imageLayoutVersion":"1.0.0"}'], ["index.json", json(index)]]),
  };
}

test("an OCI layout with several platforms gives the host's image", async () => {
  const { tar } = layout();
  expect(await at.images.load(write(at, "oci.tar", tar()))).toMatchObject([
    { kind: "named", name: { path: "library/oci", tag: "1" }, id: digestOf(configOf(layer)) },
  ]);
  const absent = at.images.load(write(at, "oci.tar", tar()), {
    platform: { os: "linux", architecture: "s390x" },
  });
  await expect(absent).rejects.toThrow("no image for platform linux/s390x");
});

test("hostile and damaged archives are refused and leave nothing", async () => {
  const config = configOf(layer);
  const manifest = (changes: object = {}): Member => [
    "manifest.json",
    json([{ Config: "c.json", RepoTags: ["bad:1"], Layers: ["l.tar"], ...changes }]),
  ];
  const wrongName = `blobs/sha256/${"0".repeat(64)}`;
  const both = layout();
  both.index.manifests[0] = both.add("index.v1+json", json({ schemaVersion: 2, manifests: [], layers: [] }));
  const wrongSize = layout((index) => {
    index.manifests[0] = { ...index.manifests[0], size: 5 };
  });
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [toTar([["x", "y"]]), "neither manifest.json nor index.json"],
    [toTar([["manifest.json", "{}"]]), "is no list of images"],
    [toTar([["manifest.json", "[{"]]), "manifest.json"],
    [toTar([manifest()]), "open c.json: no such file or directory"],
    [toTar([["c.json", config], manifest()]), "open l.tar: no such file or directory"],
    [
      toTar([["c.json", config], ["l.tar", layer], manifest({ Layers: [] })]),
      "layers length mismatch: expected 0, got 1",
    ],
    [toTar([["c.json", config], ["l.tar", second], manifest()]), "invalid diffID for layer 0"],
    [toTar([["c.json", config], ["l.tar", layer], manifest({ RepoTags: ["A:b"] })]), "must be lowercase"],
    [toTar([["c.json", config], ["l.tar", layer], manifest({ RepoTags: ["a"] })]), 'invalid tag "a"'],
    [
      toTar([["c.json", config], ["l.tar", layer], manifest({ Config: "../c.json" })]),
      "outside of the archive",
    ],
    [
      toTar([["c.json", config], [wrongName, layer], manifest({ Layers: [wrongName] })]),
      "does not match digest",
    ],
    [
      toTar([["c.json", config], ["l.tar", "m.tar", "symlink"], ["m.tar", "l.tar", "symlink"], manifest()]),
      "too many links",
    ],
    [toTar([["c.json", `${config}${" ".repeat(9 << 20)}`], ["l.tar", layer], manifest()]), ""],
    [both.tar(), "both layers and manifests"],
    [wrongSize.tar(), "bytes, not 5"],
    [toTar([["c.json", config], ["l.tar", layer], manifest()]).subarray(0, 2000), "unexpected EOF"],
    [gzipSync(toTar([["c.json", config], ["l.tar", layer], manifest()])).subarray(0, 300), "unexpected EOF"],
    [new Uint8Array(), "neither manifest.json nor index.json"],
  ];
  for (const [bytes, message] of cases) {
    await expect(at.images.load(write(at, "bad.tar", bytes))).rejects.toThrow(message);
    await expect(loadThroughPipe(at, bytes)).rejects.toThrow(message);
    expect(at.images.list({ all: true })).toEqual([]);
    expect(layersOnDisk(at)).toEqual([]);
    expect(at.store.rows("SELECT * FROM leases")).toEqual([]);
  }
});

test("a load that is cancelled in the middle of a pipe ends as cancelled and leaves nothing", async () => {
  const big = toTar([["big", Buffer.alloc(30 << 20)]]);
  const archive = toTar([
    ["c.json", configOf(big)],
    ["l.tar", big],
    ["manifest.json", json([{ Config: "c.json", RepoTags: ["app:1"], Layers: ["l.tar"] }])],
  ]);
  const path = join(at.folder, "big.tar");
  writeFileSync(path, archive);
  const child = Bun.spawn([
    "sh",
    "-c",
    `mkfifo "$1" && exec 3> "$1" && head -c 9000000 "$0" >&3 && exec sleep 1000`,
    path,
    `${path}.fifo`,
  ]);
  while (!existsSync(`${path}.fifo`)) await Bun.sleep(5);
  const fd = openSync(`${path}.fifo`, "r");
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const load = at.images.load({ fd }, { signal: controller.signal });
  await expect(load).rejects.toMatchObject({ kind: "cancelled" });
  closeSync(fd);
  child.kill("SIGKILL");
  await child.exited;
  expect(at.images.list({ all: true })).toEqual([]);
  expect(layersOnDisk(at)).toEqual([]);
});

test("loading a name that another image has renames nothing but tells which image lost it", async () => {
  const before = await importOne(at, "app:1");
  const config = configOf(layer);
  const archive = toTar([
    ["c.json", config],
    ["l.tar", layer],
    ["manifest.json", json([{ Config: "c.json", RepoTags: ["app:1"], Layers: ["l.tar"] }])],
  ]);
  expect(await at.images.load(write(at, "a.tar", archive))).toMatchObject([{ replaced: before.id }]);
  expect(await at.images.load(write(at, "a.tar", archive))).toMatchObject([{ replaced: undefined }]);
});

test("layers of a load that died are collected by a repair", async () => {
  const { top } = await importOne(at, "app:1");
  at.store.change("DELETE FROM refs");
  at.store.change("DELETE FROM images");
  at.store.change(
    "INSERT INTO leases(id, pid, start_time, boot, kind, path) VALUES ('l', 1, 0, 'gone', 'image-layers', ?)",
    top ?? "",
  );
  await at.images.repair();
  expect(layersOnDisk(at)).toEqual([]);
  expect(at.store.rows("SELECT * FROM leases")).toEqual([]);
});
