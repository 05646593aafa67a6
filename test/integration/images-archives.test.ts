import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { digestHex, digestOf, parseDigest } from "../../src/oci/index.ts";
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

/** What Docker 28.5 gives to `compat-old:one`. */
const DOCKERS_ID = parseDigest("sha256:648af1d26cb76113a735f9b617d5e1673334e83a2c0b0c37cb094e69efede87a");

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

/** An archive from before Docker 1.10: two images on one base, and no manifest. */
function legacyArchive(edit: (members: Member[]) => Member[] = (members) => members): Buffer {
  const layerOf = (n: number, parent: number | undefined, tar: Uint8Array): Member[] => {
    const v1 = {
      id: String(n).repeat(64),
      ...(parent === undefined ? {} : { parent: String(parent).repeat(64) }),
      created: `2015-01-0${n}T03:04:05Z`,
      container_config: { Cmd: ["/bin/sh", "-c", `#(nop) <${n}> & more`] },
      docker_version: "1.9.1",
      config: { Cmd: ["/bin/sh"], Env: [`N=${n}`], Labels: { compat: "1" } },
      architecture: "amd64",
      os: "linux",
      Size: 5,
    };
    const folder = String(n).repeat(64);
    return [
      [folder, "", "directory"],
      [`${folder}/VERSION`, "1.0"],
      [`${folder}/json`, json(v1)],
      [`${folder}/layer.tar`, tar],
    ];
  };
  const top = (n: number) => String(n).repeat(64);
  const repositories = { "compat-old": { one: top(2), two: top(3), also: top(3) } };
  return toTar(
    edit([
      ...layerOf(1, undefined, layer),
      ...layerOf(2, 1, second),
      ...layerOf(3, 1, toTar([["third", "file"]])),
      ["repositories", json(repositories)],
    ]),
  );
}

test("an archive from before Docker 1.10 gives the images, with the IDs, that Docker makes of it", async () => {
  const bytes = legacyArchive();
  for (const piped of [false, true]) {
    const other = openImageStore();
    try {
      const path = write(other, "old.tar", bytes);
      const loaded = piped ? await loadThroughPipe(other, bytes) : await other.images.load(path);
      expect(loaded).toHaveLength(3);
      expect(other.images.names(other.images.resolve("compat-old:two").id)).toEqual([
        "compat-old:also",
        "compat-old:two",
      ]);
      expect(other.images.history("compat-old:one").map(({ createdBy }) => createdBy)).toEqual([
        "/bin/sh -c #(nop) <2> & more",
        "/bin/sh -c #(nop) <1> & more",
      ]);
      expect(other.images.resolve("compat-old:one").id).toBe(DOCKERS_ID);
      expect(layersOnDisk(other)).toHaveLength(3);
      await other.images.load(path);
      expect(layersOnDisk(other)).toHaveLength(3);
      expect(other.store.rows("SELECT * FROM leases")).toEqual([]);
    } finally {
      other.close();
    }
  }
});

test("a damaged archive from before Docker 1.10 is refused and leaves nothing", async () => {
  const one = "1".repeat(64);
  const without = (name: string) => (members: Member[]) => members.filter(([path]) => path !== name);
  const cases: [Buffer, string][] = [
    [legacyArchive(without(`${one}/layer.tar`)), `open ${one}/layer.tar: no such file or directory`],
    [legacyArchive(without(`${one}/json`)), `open ${one}/json: no such file or directory`],
    [
      legacyArchive((members) =>
        members.map(
          (member): Member => (member[0] === `${one}/json` ? [member[0], json({ parent: one })] : member),
        ),
      ),
      "invalid archive: max depth exceeded",
    ],
    [toTar([["repositories", json({ a: { b: "../x" } })]]), 'invalid archive: invalid layer ID "../x"'],
    [toTar([["repositories", "[]"]]), 'invalid archive: "repositories" is no object'],
  ];
  for (const [bytes, text] of cases) {
    await expect(at.images.load(write(at, "old.tar", bytes))).rejects.toThrow(text);
    expect(at.images.list({ all: true })).toEqual([]);
    expect(layersOnDisk(at)).toEqual([]);
    expect(at.store.rows("SELECT * FROM leases")).toEqual([]);
  }
});

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
