import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Image, ImageUser } from "../../src/image/index.ts";
import { digestHex, digestOf } from "../../src/oci/index.ts";
import { type ImageStore, type Member, openImageStore, toTar } from "../support/image-store.ts";

let at: ImageStore;

beforeEach(() => {
  at = openImageStore();
});

afterEach(() => at.close());

const unused = () => [];
const json = (value: unknown) => JSON.stringify(value);

function write(name: string, bytes: Uint8Array): { readonly path: string } {
  const path = join(at.folder, name);
  writeFileSync(path, bytes);
  return { path };
}

async function importOne(reference: string, members: readonly Member[] = [["f", reference]]): Promise<Image> {
  const source = write("root.tar", toTar(members));
  return await at.images.import(source, { reference, changes: [], from: "-" });
}

/** An image that was committed on another: the same layers and one line of history more. */
function derive(base: Image, comment: string, name?: string): Image {
  const names = name === undefined ? [] : [{ domain: "docker.io", path: `library/${name}`, tag: "latest" }];
  return at.images.draft(base).withHistory({ comment }).commit({ parent: base.id, names });
}

async function save(...names: string[]): Promise<Buffer> {
  const path = join(at.folder, "saved.tar");
  const fd = openSync(path, "w");
  try {
    await at.images.save(names, fd);
  } finally {
    closeSync(fd);
  }
  return readFileSync(path);
}

async function loadThroughPipe(to: ImageStore, bytes: Uint8Array) {
  const path = join(to.folder, "piped.tar");
  writeFileSync(path, bytes);
  const fifo = join(to.folder, `fifo-${Math.random()}`);
  await Bun.spawn(["mkfifo", fifo]).exited;
  const feed = Bun.spawn(["sh", "-c", `exec cat "$1" > "$0"`, fifo, path]);
  const fd = openSync(fifo, "r");
  try {
    return await to.images.load({ fd });
  } finally {
    closeSync(fd);
    await feed.exited;
  }
}

const layersOnDisk = (of: ImageStore) => {
  try {
    return readdirSync(join(of.store.root, "layers"));
  } catch {
    return [];
  }
};

test("an imported tar becomes an image with its changes, its comment and Docker's history", async () => {
  const tar = write(
    "x.tar.gz",
    gzipSync(
      toTar([
        ["bin/", "", "directory"],
        ["bin/x", "hello"],
      ]),
    ),
  );
  const image = await at.images.import(tar, {
    reference: "app:1",
    changes: ['CMD ["sh"]', "ENV A=b"],
    from: "-",
  });
  expect(image.config.config).toEqual({ Cmd: ["sh"], Env: ["A=b"] });
  expect(at.images.history("app:1")).toMatchObject([
    { id: image.id, comment: "Imported from -", createdBy: "", tags: ["app:1"], size: 5 },
  ]);
  expect(at.images.inspect(image.id.slice(7, 19))).toMatchObject({
    id: image.id,
    repoTags: ["app:1"],
    size: 5,
  });
});

test("an import that is refused leaves nothing", async () => {
  const source = write("bad.tar", Buffer.alloc(4096, 65));
  const request = { reference: "app:1", changes: [], from: "-" };
  await expect(at.images.import(source, request)).rejects.toMatchObject({ kind: "invalidArgument" });
  const changes = at.images.import(source, { ...request, changes: ["FOO x"] });
  await expect(changes).rejects.toThrow("FOO is not a valid change command");
  const name = at.images.import(source, { ...request, reference: "sha256:x" });
  await expect(name).rejects.toThrow("refusing to create an ambiguous tag");
  expect(at.images.list({ all: true })).toEqual([]);
  expect(layersOnDisk(at)).toEqual([]);
});

test("names, IDs and prefixes find an image; what is missing is named with its tag", async () => {
  const { id } = await importOne("app:1");
  for (const name of [
    "app:1",
    id,
    id.slice(7),
    id.slice(7, 11),
    id.slice(0, 20),
    "docker.io/library/app:1",
  ]) {
    expect(at.images.resolve(name).id).toBe(id);
  }
  const missing: [string, string][] = [
    ["app", "No such image: app:latest"],
    ["app:2", "No such image: app:2"],
    ["f".repeat(64), `No such image: sha256:${"f".repeat(64)}`],
    ["Foo:x", "invalid reference format: repository name (library/Foo) must be lowercase"],
  ];
  for (const [name, message] of missing) expect(() => at.images.resolve(name)).toThrow(message);
  const base = at.images.resolve("app:1");
  for (let n = 0; n < 20; n++) derive(base, `child ${n}`);
  const seen = at.images.list({ all: true }).map((each) => each.id.slice(7, 8));
  const twice = seen.find((each, n) => seen.indexOf(each) !== n) ?? "";
  expect(() => at.images.resolve(twice)).toThrow("No such image: ");
});

test("a moved tag leaves the old image dangling, and bad names are refused", async () => {
  const one = await importOne("app:1");
  const two = await importOne("app:2");
  at.images.tag("app:2", "app:1");
  expect(at.images.names(one.id)).toEqual([]);
  expect(at.images.names(two.id)).toEqual(["app:1", "app:2"]);
  const dangling = at.images.list({ filters: { dangling: ["true"] } });
  expect(dangling.map(({ id }) => id)).toEqual([one.id]);
  expect(() => at.images.tag("app:1", `app@${one.id}`)).toThrow(
    "refusing to create a tag with a digest reference",
  );
  expect(() => at.images.tag("nope", "x")).toThrow("No such image: nope:latest");
});

test("the list is filtered as docker's and hides untagged parents", async () => {
  const base = await importOne("base:1");
  const middle = derive(base, "middle");
  const top = derive(middle, "top", "top");
  await importOne("user/app:1");
  const ids = (filters: Record<string, string[]>, all = false) =>
    at.images.list({ filters, all }).flatMap(({ repoTags, id }) => repoTags[0] ?? id);
  expect(ids({})).toEqual(["user/app:1", "top:latest", "base:1"]);
  expect(ids({}, true)).toEqual(["user/app:1", "top:latest", middle.id, "base:1"]);
  expect(ids({ reference: ["*"] })).toEqual(["top:latest", "base:1"]);
  expect(ids({ reference: ["*/app"] })).toEqual(["user/app:1"]);
  expect(ids({ before: [top.id] }, true)).toEqual([middle.id, "base:1"]);
  expect(ids({ since: ["base:1"] })).toEqual(["user/app:1", "top:latest"]);
  expect(ids({ until: ["1h"] })).toEqual([]);
  expect(() => ids({ foo: ["x"] })).toThrow("invalid filter 'foo'");
  expect(() => ids({ dangling: ["x"] })).toThrow("invalid filter 'dangling=[x]'");
});

test("removing follows Docker's order and takes untagged parents and layers along", async () => {
  const base = await importOne("base:1");
  const child = derive(derive(base, "parent"), "child", "child");
  at.images.tag("child", "child:2");
  const remove = (name: string, options = {}) => at.images.remove(name, { usedBy: unused, ...options });
  await expect(remove(child.id)).rejects.toThrow(
    "(must be forced) - image is referenced in multiple repositories",
  );
  await expect(remove(base.id)).rejects.toThrow("(cannot be forced) - image has dependent child images");
  expect(await remove("child:2")).toEqual([{ untagged: "child:2" }]);
  expect(await remove("base:1")).toEqual([{ untagged: "base:1" }]);
  expect(await remove(child.id)).toEqual([
    { untagged: "child:latest" },
    { deleted: child.id },
    { deleted: child.parent ?? "" },
    { deleted: base.id },
    { deleted: base.top ?? "" },
  ]);
  expect(layersOnDisk(at)).toEqual([]);
});

test("an image in use is kept in Docker's words", async () => {
  const { id } = await importOne("app:1");
  const short = id.slice(7, 19);
  const by =
    (...users: ImageUser[]) =>
    () =>
      users;
  const stopped = by({ id: "c".repeat(64), running: false });
  const running = by({ id: "d".repeat(64), running: true });
  await expect(at.images.remove("app:1", { usedBy: stopped })).rejects.toThrow(
    `conflict: unable to remove repository reference "app:1" (must force) - container cccccccccccc is using its referenced image ${short}`,
  );
  await expect(at.images.remove(id, { usedBy: running, force: true })).rejects.toThrow(
    `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container dddddddddddd`,
  );
  expect(await at.images.remove("app:1", { usedBy: running, force: true })).toEqual([{ untagged: "app:1" }]);
  await expect(at.images.remove(id, { usedBy: stopped })).rejects.toThrow(
    `conflict: unable to delete ${short} (must be forced) - image is being used by stopped container cccccccccccc`,
  );
  expect(await at.images.prune({}, stopped)).toEqual({ removed: [], reclaimed: 0 });
  expect(await at.images.prune({}, unused)).toMatchObject({ reclaimed: 5, removed: [{ deleted: id }, {}] });
});

test("saved images load elsewhere with the same IDs, from a file, a pipe and compressed", async () => {
  const base = await importOne("base:1");
  const child = derive(base, "child", "child");
  const saved = await save("base:1", "child");
  expect(await save("base:1", "child")).toEqual(saved);
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
  const { id } = await importOne("app:1");
  at.images.tag("app:1", "app:2");
  const tagsIn = async (name: string) => {
    const saved = await save(name);
    const text = saved.toString("latin1");
    return /"RepoTags":(null|\[[^\]]*\])/.exec(text)?.[1];
  };
  expect(await tagsIn("app")).toBe('["app:1","app:2"]');
  expect(await tagsIn("app:2")).toBe('["app:2"]');
  expect(await tagsIn(id)).toBe("null");
  await expect(save("app:1", "nope")).rejects.toThrow("No such image: nope");
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
  expect(await at.images.load(write("oci.tar", tar()))).toMatchObject([
    { kind: "named", name: { path: "library/oci", tag: "1" }, id: digestOf(configOf(layer)) },
  ]);
  const absent = at.images.load(write("oci.tar", tar()), {
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
    await expect(at.images.load(write("bad.tar", bytes))).rejects.toThrow(message);
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
  const before = await importOne("app:1");
  const config = configOf(layer);
  const archive = toTar([
    ["c.json", config],
    ["l.tar", layer],
    ["manifest.json", json([{ Config: "c.json", RepoTags: ["app:1"], Layers: ["l.tar"] }])],
  ]);
  expect(await at.images.load(write("a.tar", archive))).toMatchObject([{ replaced: before.id }]);
  expect(await at.images.load(write("a.tar", archive))).toMatchObject([{ replaced: undefined }]);
});

test("layers of a load that died are collected by a repair", async () => {
  const { top } = await importOne("app:1");
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

test("a thousand images are listed in a few milliseconds", async () => {
  const base = await importOne("app:1");
  at.store.transaction(() => {
    for (let n = 0; n < 1000; n++) derive(base, `child ${n}`, `child-${n}`);
  });
  at.images.list();
  const start = process.cpuUsage();
  expect(at.images.list()).toHaveLength(1001);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(200);
});
