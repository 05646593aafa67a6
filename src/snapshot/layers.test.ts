import { expect, test } from "bun:test";
import { existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getXattr } from "../host/index.ts";
import { type DiffId, digestOf, parseDiffId } from "../oci/index.ts";
import { bzip2, gzip, xz, zstd } from "./compress.fixture.ts";
import type { LayerRecord, LayerSource, Layers } from "./index.ts";
import { type Bench, JOB_COMMAND, makeTar, sh, streamOf, withBench } from "./testing.fixture.ts";

const dir = (path: string, mode = 0o755) => ({ path, kind: "directory", mode }) as const;
const SMALL = makeTar([
  dir("etc/"),
  { path: "etc/a", content: "hello" },
  { path: "etc/b", kind: "hardlink", linkPath: "etc/a" },
]);

function idOf(tar: Uint8Array): DiffId {
  return parseDiffId(digestOf(tar));
}

function stream(bytes: Uint8Array): LayerSource {
  return { kind: "stream", stream: streamOf(bytes) };
}

async function put(layers: Layers, ...tars: Uint8Array[]): Promise<LayerRecord[]> {
  return await layers.apply(tars.map((tar) => ({ source: stream(tar), diffId: idOf(tar) })));
}

async function tarOf({ layers, folder }: Bench, layer: LayerRecord): Promise<Buffer> {
  const path = join(folder, "out.tar");
  const fd = openSync(path, "w");
  await layers.writeTar(layer.chainId, fd);
  const bytes = readFileSync(path);
  expect(await layers.tarSize(layer.chainId)).toBe(bytes.length);
  return bytes;
}

test("a layer keeps its diffID, whatever it is compressed with and wherever it comes from", async () => {
  await withBench({}, async ({ layers, folder }) => {
    for (const [name, bytes] of Object.entries({
      plain: SMALL,
      gzip: gzip(SMALL),
      zstd: zstd(SMALL),
      xz: xz(SMALL),
      bzip2: bzip2(SMALL),
    })) {
      const path = join(folder, name);
      writeFileSync(path, Buffer.concat([Buffer.from("before"), bytes, Buffer.from("after")]));
      const range = { kind: "file", path, offset: 6, length: bytes.length } as const;
      const fd = openSync(path, "r");
      for (const source of [range, stream(bytes)]) {
        const staged = await layers.stage(source);
        expect([staged.diffId, staged.sourceDigest, staged.size]).toEqual([idOf(SMALL), digestOf(bytes), 5]);
        await layers.discard(staged);
      }
      rmSync(path);
      writeFileSync(path, bytes);
      const whole = await layers.stage({ kind: "fd", fd: openSync(path, "r") });
      expect(whole.sourceDigest).toBe(digestOf(bytes));
      await layers.discard(whole);
      expect(fd).toBeGreaterThan(2);
    }
  });
});

test("the tar of a layer comes back byte for byte", async () => {
  const gnu = (script: string, flags: string): Buffer => {
    const folder = sh("/tmp", "mktemp -d").trim();
    sh(folder, `mkdir t; cd t; ${script}; cd ..; tar ${flags} -C t -cf out.tar .`);
    const bytes = readFileSync(join(folder, "out.tar"));
    rmSync(folder, { recursive: true });
    return bytes;
  };
  const script =
    "mkdir -p d/e; seq 20000 > d/e/f; ln d/e/f g; ln -s d l; truncate -s 1M s; echo x >> s; touch -d @5.5 empty; mkfifo p";
  const twice = makeTar([
    { path: "a", content: "first" },
    dir("d"),
    { path: "d/f", content: "inner" },
    { path: "a", content: "second, longer" },
    { path: "d", content: "now a file" },
    { path: "d", kind: "symlink", linkPath: "a" },
  ]);
  const odd = makeTar([
    dir("x/y"),
    { path: "x/.wh.z", content: "odd but legal" },
    { path: "x/y/../w", content: "w" },
    { path: "./\xff", content: "b" },
  ]);
  const padded = Buffer.concat([SMALL, Buffer.alloc(10_240), Buffer.from("trailing garbage")]);
  await withBench({}, async (bench) => {
    for (const tar of [
      gnu(script, "--format=gnu -S"),
      gnu(script, "--format=pax -S"),
      gnu(script, "--format=ustar"),
      twice,
      odd,
      padded,
      SMALL.subarray(0, SMALL.length - 1024),
    ]) {
      const [layer] = await put(bench.layers, tar);
      if (layer === undefined) throw new Error("no layer");
      expect((await tarOf(bench, layer)).equals(tar)).toBe(true);
    }
  });
});

test("a changed layer is reported as damaged when its tar is written", async () => {
  await withBench({}, async (bench) => {
    const [layer] = await put(bench.layers, SMALL);
    if (layer === undefined) throw new Error("no layer");
    const file = join(bench.store.root, "layers", layer.id, "fs/etc/a");
    writeFileSync(file, "jello");
    await expect(tarOf(bench, layer)).rejects.toMatchObject({ kind: "dataLoss" });
    writeFileSync(file, "x");
    await expect(tarOf(bench, layer)).rejects.toMatchObject({ kind: "dataLoss" });
    rmSync(file);
    await expect(tarOf(bench, layer)).rejects.toMatchObject({ kind: "dataLoss" });
  });
});

test("a layer that is not what its config says leaves nothing, nor do its neighbours", async () => {
  await withBench({}, async ({ layers, store }) => {
    const other = makeTar([{ path: "other" }]);
    const applied = layers.apply([
      { source: stream(SMALL), diffId: idOf(SMALL) },
      { source: stream(other), diffId: idOf(SMALL) },
    ]);
    await expect(applied).rejects.toMatchObject({
      kind: "dataLoss",
      message: expect.stringContaining("invalid diffID"),
    });
    expect(readdirSync(join(store.root, "layers"))).toEqual([]);
    expect(store.rows("SELECT * FROM layers")).toEqual([]);
  });
});

test("equal stacks are stored once, and their source is not even read", async () => {
  await withBench({}, async ({ layers, store }) => {
    const [first] = await put(layers, SMALL);
    const again = await layers.apply([
      { source: { kind: "file", path: "/does/not/exist" }, diffId: idOf(SMALL) },
    ]);
    expect(again).toEqual([first] as LayerRecord[]);
    const staged = await Promise.all([layers.stage(stream(SMALL)), layers.stage(stream(SMALL))]);
    expect(await layers.adopt([staged[0]], undefined)).toEqual([first] as LayerRecord[]);
    const stacked = await layers.adopt([staged[1]], first?.chainId);
    expect(stacked[0]?.parent).toBe(first?.chainId as LayerRecord["chainId"]);
    expect(readdirSync(join(store.root, "layers")).length).toBe(2);
  });
});

test("folders that a layer does not list keep what the layers below say of them", async () => {
  const lower = makeTar([
    { ...dir("./", 0o711), uid: 9 },
    {
      ...dir("secret", 0o2700),
      uid: 7,
      gid: 8,
      mtimeSeconds: 77,
      xattrs: [{ name: "user.k", value: Buffer.from("v") }],
    },
    { path: "secret/target", content: "linked", mode: 0o4755, uid: 3 },
  ]);
  const upper = makeTar([
    { path: "secret/new/f" },
    { path: "link", kind: "hardlink", linkPath: "secret/target" },
  ]);
  await withBench({}, async ({ layers, store }) => {
    const [, top] = await put(layers, lower, upper);
    const files = join(store.root, "layers", top?.id ?? "", "fs");
    const script = "stat -c '%n %a %u %g %Y' . secret link; stat -c %a secret/new; cat link";
    expect(sh(files, script).split("\n")).toEqual([
      ". 711 9 0 1000000000",
      "secret 2700 7 8 77",
      "link 4755 3 0 1000000000",
      "755",
      "linked",
    ]);
    expect(Buffer.from(getXattr(join(files, "secret"), "user.k") ?? []).toString()).toBe("v");
  });
});

test("an opaque root hides everything below", async () => {
  await withBench({}, async ({ layers, newFolder }) => {
    const lower = makeTar([
      dir("both"),
      { path: "both/lower" },
      { path: "gone" },
      dir("away"),
      { path: "away/x" },
    ]);
    const upper = makeTar([{ path: ".wh..wh..opq" }, dir("both"), { path: "both/upper" }, { path: "new" }]);
    const [, top] = await put(layers, lower, upper);
    await layers.snapshots.prepare("s", top?.chainId, newFolder("s"));
    const root = newFolder("s/merged");
    await layers.snapshots.mount("s", root);
    expect(sh(root, "ls -d both/* new gone away 2>/dev/null || true")).toBe("both/upper\nnew\n");
  });
});

test("a hard link to a file that is nowhere is refused", async () => {
  await withBench({}, async ({ layers, store }) => {
    const tar = makeTar([{ path: "link", kind: "hardlink", linkPath: "missing" }]);
    await expect(put(layers, tar)).rejects.toMatchObject({ kind: "invalidArgument" });
    expect(readdirSync(join(store.root, "layers"))).toEqual([]);
  });
});

test("layers that nothing needs are collected down to what is still needed", async () => {
  await withBench({}, async ({ layers, store, newFolder }) => {
    const tars = [SMALL, makeTar([{ path: "b" }]), makeTar([{ path: "c" }])];
    const [bottom, middle, top] = await put(layers, ...tars);
    if (bottom === undefined || middle === undefined || top === undefined) throw new Error("no layers");
    expect(layers.stack(top.chainId).map(({ id }) => id)).toEqual([bottom.id, middle.id, top.id]);
    expect(await layers.collect(middle.chainId)).toEqual([]);
    await layers.snapshots.prepare("holds", bottom.chainId, newFolder("c"));
    expect((await layers.collect(top.chainId)).map(({ id }) => id)).toEqual([top.id, middle.id]);
    expect(readdirSync(join(store.root, "layers")).sort()).toEqual([bottom.id, "init"].sort());
    expect(() => layers.stack(top.chainId)).toThrow("layer does not exist");
    await layers.snapshots.remove("holds");
    expect((await layers.collect(bottom.chainId)).length).toBe(1);
  });
});

test("what a killed process was unpacking is gone after repair, and what is alive stays", async () => {
  await withBench({}, async ({ layers, store, folder }) => {
    const script = join(folder, "victim.ts");
    const here = import.meta.dir;
    writeFileSync(
      script,
      `import { openStore } from "${here}/../store/index.ts";
       import { openLayers } from "${here}/index.ts";
       const layers = openLayers(openStore("${store.root}", "${store.run}"), { command: ${JSON.stringify(JOB_COMMAND)} });
       await layers.stage({ kind: "fd", fd: 0 });`,
    );
    const child = Bun.spawn([process.execPath, script], {
      stdin: "pipe",
      stdout: "ignore",
      stderr: "inherit",
    });
    child.stdin.write(makeTar([{ path: "a", content: "x".repeat(100_000) }]).subarray(0, 60_000));
    child.stdin.flush();
    const unpacked = (): boolean => {
      const [id] = existsSync(join(store.root, "layers")) ? readdirSync(join(store.root, "layers")) : [];
      return id !== undefined && existsSync(join(store.root, "layers", id, "fs/a"));
    };
    for (let tries = 0; tries < 500 && !unpacked(); tries++) await Bun.sleep(20);
    expect(unpacked()).toBe(true);
    await layers.repair();
    expect(unpacked()).toBe(true);
    child.kill("SIGKILL");
    await child.exited;
    await layers.repair();
    expect(readdirSync(join(store.root, "layers"))).toEqual([]);
    expect(store.rows("SELECT * FROM leases")).toEqual([]);
  });
});

test("after a power cut, folders that no record knows are removed at the first repair", async () => {
  await withBench({}, async ({ layers, store, folder }) => {
    const [layer] = await put(layers, SMALL);
    sh(folder, "mkdir -p root/layers/stray/fs/x");
    await layers.repair();
    expect(readdirSync(join(store.root, "layers"))).toEqual([layer?.id ?? ""]);
  });
});

test("an aborted unpacking ends as cancelled and leaves nothing", async () => {
  await withBench({}, async ({ layers, store }) => {
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(SMALL.subarray(0, 512)),
    });
    const stop = new AbortController();
    const staged = layers.stage({ kind: "stream", stream: endless }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(staged).rejects.toMatchObject({ kind: "cancelled" });
    expect(readdirSync(join(store.root, "layers"))).toEqual([]);
  });
});

test("a full disk is named as such, and what was written is removed", async () => {
  await withBench({ limits: { maxBytes: 1e12 } }, async ({ layers, newFolder, store, folder }) => {
    newFolder("root/layers");
    sh(folder, "mount -t tmpfs -o size=1m tmpfs root/layers");
    const big = makeTar([{ path: "big", content: "x".repeat(3_000_000) }]);
    await expect(put(layers, big)).rejects.toThrow("no space left on device");
    expect(readdirSync(join(store.root, "layers"))).toEqual([]);
  });
});
