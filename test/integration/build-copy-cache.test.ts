import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { diffListings } from "../../src/build/files/diff-listings.ts";
import type { CopyDefinition, VertexId } from "../../src/build/graph/definition.ts";
import { copyOp } from "../../src/build/ops/copy.ts";
import { type ChainId, type DiffId, digestOf } from "../../src/oci/index.ts";
import { sh } from "../../src/snapshot/testing.fixture.ts";
import { type ImageStore, openImageStore } from "../support/image-store.ts";
import { type TestContext, testContext } from "../support/op-context.ts";
import { treeLines } from "../support/tree-lines.ts";

let store: ImageStore;
let root: string;

beforeEach(() => {
  store = openImageStore();
  root = join(store.folder, "context");
  mkdirSync(join(root, "src"), { recursive: true });
  for (const name of ["a", "b", "c"]) write(`src/${name}`, `content of ${name}`);
  write("top", "top");
});

afterEach(() => store.close());

/** Writes a file that looks as old as a real one, so that its digest is remembered. */
function write(path: string, content: string): void {
  writeFileSync(join(root, path), content, { mode: 0o644 });
  utimesSync(join(root, path), 1_600_000_000, 1_600_000_000);
}

function copy(overrides: Partial<CopyDefinition> = {}): CopyDefinition {
  return {
    op: "copy",
    base: "base" as VertexId,
    sources: [{ from: "context" as VertexId, paths: ["."], unpack: "never" }],
    destination: "/app/",
    chown: "",
    chmod: "",
    link: false,
    parents: false,
    exclude: [],
    ...overrides,
  };
}

function step(buildArgs: Record<string, string> = {}): TestContext {
  const context = testContext(store, buildArgs);
  context.results.set("base", { kind: "stack", top: undefined });
  context.results.set("context", { kind: "tree", root, filter: undefined, live: true });
  return context;
}

async function keyOf(definition = copy()): Promise<{ readonly files: string; readonly listing: string }> {
  const context = step();
  const parts = await copyOp.key(definition, context);
  const files = String(parts?.files);
  return { files, listing: context.listings.get(files) ?? "" };
}

async function execute(definition = copy(), context = step()): Promise<ChainId> {
  await copyOp.key(definition, context);
  const result = await copyOp.execute(definition, context);
  if (result.kind !== "stack" || result.top === undefined) throw new Error("no layer");
  return result.top;
}

function layerFile(chainId: ChainId, path: string): string {
  return join(store.store.root, "layers", store.layers.get(chainId)?.id ?? "", "fs", path);
}

test("a key knows content, mode, names and links of the files, and not their times", async () => {
  const first = await keyOf();
  utimesSync(join(root, "src/a"), 5, 5);
  expect((await keyOf()).files).toBe(first.files);
  write("src/a", "other");
  chmodSync(join(root, "src/b"), 0o755);
  renameSync(join(root, "src/c"), join(root, "src/d"));
  unlinkSync(join(root, "top"));
  symlinkSync("src/a", join(root, "top"));
  const second = await keyOf();
  expect(second.files).not.toBe(first.files);
  expect(diffListings(first.listing, second.listing)).toEqual([
    "src/a: content changed",
    "src/b: mode 0644 -> 0755",
    "src/c: removed",
    "src/d: added",
    "top: was a file, is a symlink",
  ]);
});

test("differences beyond the tenth are counted", async () => {
  const first = await keyOf();
  for (let i = 10; i < 25; i++) write(`n${i}`, "x");
  const reasons = diffListings(first.listing, (await keyOf()).listing);
  expect(reasons).toHaveLength(11);
  expect(reasons.at(-1)).toBe("and 5 more");
});

test("a file that did not change is not read again, one that was exchanged is", async () => {
  await keyOf();
  await Bun.sleep(30);
  write("src/a", "content of a");
  await Bun.sleep(30);
  const { files } = await keyOf();
  const rows = store.store.rows<{ folder: string; files: string }>("SELECT * FROM context_files");
  const src = rows.find(({ folder }) => folder === "src");
  const forged = (src?.files ?? "").replace(/[0-9a-f]{64}/g, "0".repeat(64));
  store.store.change("UPDATE context_files SET files = ? WHERE folder = 'src'", forged);
  const believed = await keyOf();
  expect(believed.files).not.toBe(files);
  expect(believed.listing).toContain("0".repeat(64));
  const swapped = join(store.folder, "swapped");
  for (const name of ["a", "b", "c"]) {
    writeFileSync(swapped, `content of ${name}`, { mode: 0o644 });
    utimesSync(swapped, 1_600_000_000, 1_600_000_000);
    renameSync(swapped, join(root, "src", name));
  }
  expect((await keyOf()).files).toBe(files);
});

test("unchanged files of a new layer are the files of the layer before", async () => {
  const first = await execute();
  write("src/a", "changed");
  const second = await execute();
  expect(second).not.toBe(first);
  const inode = (chainId: ChainId, path: string): number => statSync(layerFile(chainId, path)).ino;
  expect(inode(second, "app/src/b")).toBe(inode(first, "app/src/b"));
  expect(inode(second, "app/src/a")).not.toBe(inode(first, "app/src/a"));
  expect(readFileSync(layerFile(second, "app/src/a"), "utf8")).toBe("changed");
  expect(readFileSync(layerFile(first, "app/src/a"), "utf8")).toBe("content of a");
});

test("the tar of a layer that shares files is the one that its digest names", async () => {
  linkSync(join(root, "src/a"), join(root, "src/linked"));
  await execute();
  write("src/b", "changed");
  const shared = await execute();
  const path = join(store.folder, "layer.tar");
  const fd = openSync(path, "w");
  await store.layers.writeTar(shared, fd);
  closeSync(fd);
  expect(String(digestOf(readFileSync(path)))).toBe(store.layers.get(shared)?.diffId ?? "none");
  expect(sh(store.folder, `tar -tvf ${path}`)).toContain("app/src/linked link to app/src/a");
});

test("a file that is written between its hashing and its copying fails the step", async () => {
  const context = step();
  const definition = copy();
  await copyOp.key(definition, context);
  write("src/b", "content of B");
  await expect(copyOp.execute(definition, context)).rejects.toMatchObject({
    kind: "conflict",
    message: '"/app/src/b" changed while it was copied',
  });
});

test("the same files give the same layer, whenever they are copied", async () => {
  const first = await execute();
  const id = store.layers.get(first)?.diffId;
  store.store.change("DELETE FROM copied_layers");
  const again = await execute();
  expect(again).toBe(first);
  expect(store.layers.get(again)?.diffId).toBe(id as DiffId);
});

test("with SOURCE_DATE_EPOCH no file is younger than that", async () => {
  const top = await execute(copy(), step({ SOURCE_DATE_EPOCH: "1000" }));
  expect(statSync(layerFile(top, "app/src/a")).mtimeMs).toBe(1_000_000);
  expect(statSync(layerFile(top, "app")).mtimeMs).toBe(1_000_000);
});

test("with --link the layer of an earlier build is put onto another base without reading it", async () => {
  const linked = copy({ link: true });
  const first = await execute(linked);
  const base = await execute(copy({ destination: "/other/" }));
  store.layers.hold(base);
  const onBase = step();
  onBase.results.set("base", { kind: "stack", top: base });
  const second = await execute(linked, onBase);
  expect(store.layers.get(second)).toMatchObject({ parent: base, diffId: store.layers.get(first)?.diffId });
  expect(statSync(layerFile(second, "app/src/a")).ino).toBe(statSync(layerFile(first, "app/src/a")).ino);
  const fd = openSync("/dev/null", "w");
  await store.layers.writeTar(second, fd);
  closeSync(fd);
});

test("with --link a copy looks as without it, whatever the base has at the destination", async () => {
  const base = await execute(copy({ destination: "/app/", chown: "5:6", chmod: "700" }));
  store.layers.hold(base);
  const trees = await Promise.all(
    [true, false].map(async (link) => {
      const onBase = step();
      onBase.results.set("base", { kind: "stack", top: base });
      return treeLines(store.layers, await execute(copy({ link, destination: "/app/src/" }), onBase));
    }),
  );
  expect(trees[0]).toEqual(trees[1] as (typeof trees)[0]);
});

test("--parents keeps the folders above what fits, from the pivot on", async () => {
  write("packages", "no folder of this name");
  mkdirSync(join(root, "p/one/lib"), { recursive: true });
  mkdirSync(join(root, "p/two"), { recursive: true });
  for (const path of ["p/one/package.json", "p/one/lib/x", "p/two/package.json"]) write(path, path);
  const lines = async (...paths: string[]): Promise<string[]> => {
    const sources = [{ from: "context" as VertexId, paths, unpack: "never" as const }];
    const top = await execute(copy({ sources, parents: true, destination: "/t/" }));
    return [...treeLines(store.layers, top).keys()];
  };
  expect(await lines("p/*/package.json")).toEqual([
    "/t",
    "/t/p",
    "/t/p/one",
    "/t/p/one/package.json",
    "/t/p/two",
    "/t/p/two/package.json",
  ]);
  expect(await lines("./p/./**/x")).toEqual(["/t", "/t/one", "/t/one/lib", "/t/one/lib/x"]);
  expect(await lines("p/./one")).toEqual([
    "/t",
    "/t/one",
    "/t/one/lib",
    "/t/one/lib/x",
    "/t/one/package.json",
  ]);
  await expect(lines("p/three/package.json")).rejects.toMatchObject({ kind: "notFound" });
});
