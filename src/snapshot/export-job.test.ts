import { expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { getXattr } from "../host/index.ts";
import { type ChainId, digestOf, parseDiffId } from "../oci/index.ts";
import type { Layers } from "./index.ts";
import { makeTar, sh, streamOf, type TestEntry, withBench } from "./testing.fixture.ts";

const folder = (path: string, mode = 0o755): TestEntry => ({ path, kind: "directory", mode });
const LOWER = [
  folder("d/", 0o1777),
  { path: "d/f", content: "content", mode: 0o4755, uid: 1000, gid: 1001 },
  { path: "d/hard", kind: "hardlink", linkPath: "d/f" },
  { path: "gone", content: "x" },
  { path: "over", content: "old" },
  { path: "abs", kind: "symlink", linkPath: "/etc/passwd" },
  { path: "pipe", kind: "fifo" },
  { path: "x", content: "x", xattrs: [{ name: "user.a", value: Buffer.from("b") }] },
] satisfies TestEntry[];
const UPPER: TestEntry[] = [{ path: ".wh.gone" }, { path: "over", content: "new" }];

async function stack(layers: Layers): Promise<ChainId | undefined> {
  const tars = [makeTar(LOWER), makeTar(UPPER)];
  const applied = await layers.apply(
    tars.map((tar) => ({
      source: { kind: "stream", stream: streamOf(tar) },
      diffId: parseDiffId(digestOf(tar)),
    })),
  );
  return applied.at(-1)?.chainId;
}

test("a folder gets all that a stack shows, with modes, links and times, owned by who asked", async () => {
  await withBench({}, async ({ layers, newFolder }) => {
    const target = newFolder("out");
    const { bytes } = await layers.exportTo(await stack(layers), target, { owner: { uid: 7, gid: 8 } });
    expect(bytes).toBe("content".length + "new".length + "x".length);
    expect(readdirSync(target).sort()).toEqual(["abs", "d", "over", "pipe", "x"]);
    const file = lstatSync(join(target, "d/f"));
    expect([file.mode & 0o7777, file.uid, file.gid, file.mtimeMs]).toEqual([0o4755, 7, 8, 1e12]);
    expect(lstatSync(join(target, "d/hard")).ino).toBe(file.ino);
    expect(lstatSync(join(target, "d")).mode & 0o7777).toBe(0o1777);
    expect(lstatSync(join(target, "d")).mtimeMs).toBe(1e12);
    expect(readFileSync(join(target, "over"), "utf8")).toBe("new");
    expect(readlinkSync(join(target, "abs"))).toBe("/etc/passwd");
    expect(lstatSync(join(target, "pipe")).isFIFO()).toBe(true);
    expect(getXattr(join(target, "x"), "user.a")).toEqual(Buffer.from("b"));
  });
});

test("the files of the store stay apart from those that were exported", async () => {
  await withBench({}, async ({ layers, newFolder }) => {
    const top = await stack(layers);
    const [first, second] = [newFolder("one"), newFolder("two")];
    await layers.exportTo(top, first);
    writeFileSync(join(first, "over"), "changed by the user");
    await layers.exportTo(top, second);
    expect(readFileSync(join(second, "over"), "utf8")).toBe("new");
    expect(lstatSync(join(second, "d/f")).uid).toBe(1000);
  });
});

test("what is in the way is replaced, and never written through; the rest stays", async () => {
  await withBench({}, async ({ layers, newFolder }) => {
    const [target, outside] = [newFolder("out"), newFolder("outside")];
    writeFileSync(join(outside, "victim"), "untouched");
    symlinkSync(outside, join(target, "d"));
    symlinkSync(join(outside, "victim"), join(target, "over"));
    mkdirSync(join(target, "x/deep"), { recursive: true });
    writeFileSync(join(target, "mine"), "mine");
    await layers.exportTo(await stack(layers), target);
    expect(readdirSync(outside)).toEqual(["victim"]);
    expect(readFileSync(join(outside, "victim"), "utf8")).toBe("untouched");
    expect(lstatSync(join(target, "d")).isDirectory()).toBe(true);
    expect(readFileSync(join(target, "over"), "utf8")).toBe("new");
    expect(readFileSync(join(target, "x"), "utf8")).toBe("x");
    expect(readFileSync(join(target, "mine"), "utf8")).toBe("mine");
  });
});

test("a clean export leaves nothing else, also of an empty stack", async () => {
  await withBench({}, async ({ layers, newFolder }) => {
    const target = newFolder("out");
    sh(target, "mkdir -p d/old/deep; echo x > d/old/deep/f; echo x > mine");
    await layers.exportTo(await stack(layers), target, { clean: true });
    expect([existsSync(join(target, "mine")), existsSync(join(target, "d/old"))]).toEqual([false, false]);
    await layers.exportTo(undefined, target, { clean: true });
    expect(readdirSync(target)).toEqual([]);
  });
});
