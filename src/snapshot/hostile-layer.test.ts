import { expect, test } from "bun:test";
import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isEngineError } from "../base/index.ts";
import { AT_FDCWD, listXattr, statAt } from "../host/index.ts";
import { type Bench, makeTar, sh, streamOf, type TestEntry, withBench } from "./testing.fixture.ts";

const dir = (path: string, more: Partial<TestEntry> = {}): TestEntry => ({
  path,
  kind: "directory",
  ...more,
});
const link = (path: string, linkPath: string): TestEntry => ({ path, kind: "symlink", linkPath });
const hard = (path: string, linkPath: string): TestEntry => ({ path, kind: "hardlink", linkPath });

/** Unpacks onto nothing; the tree as `find` lists it, or the error. Everything outside of the layer must stay. */
async function unpack(
  tar: Uint8Array,
  look: (files: string, bench: Bench) => unknown = list,
): Promise<unknown> {
  return await withBench({}, async (bench) => {
    const canary = bench.newFolder("canary");
    writeFileSync(join(canary, "file"), "canary");
    const before = fingerprint(bench.folder);
    try {
      const staged = await bench.layers.stage({ kind: "stream", stream: streamOf(tar) });
      const found = look(join(bench.store.root, "layers", staged.id, "fs"), bench);
      await bench.layers.discard(staged);
      return found;
    } catch (error) {
      return isEngineError(error) ? `${error.kind}: ${error.message}` : String(error);
    } finally {
      expect(fingerprint(bench.folder)).toBe(before);
      expect(readdirSync(join(bench.store.root, "layers"))).toEqual([]);
      expect(bench.store.rows("SELECT * FROM leases")).toEqual([]);
    }
  });
}

function fingerprint(folder: string): string {
  return sh(
    folder,
    "find canary -printf '%p %m %s %T@ %l\\n'; cat canary/file; ls /tmp/escaped /escaped 2>&1 || true",
  );
}

function list(files: string): string[] {
  const lines = sh(files, "find . -mindepth 1 -printf '%y %P %l\\n' | LC_ALL=C sort").split("\n");
  return lines.slice(0, -1).map((line) => line.trimEnd());
}

test("absolute names are taken below the root", async () => {
  expect(await unpack(makeTar([{ path: "/tmp/escaped", content: "x" }]))).toEqual(["d tmp", "f tmp/escaped"]);
});

test("a name that climbs out of the root is refused", async () => {
  for (const path of ["../escaped", "a/../../escaped", "/../escaped", "..", "a/b/../../../x"]) {
    expect(await unpack(makeTar([{ path }]))).toMatch(
      /^invalidArgument: invalid tar entry ".*": it leads outside/,
    );
  }
});

test("a name that only looks like climbing stays where it points", async () => {
  expect(await unpack(makeTar([{ path: "a/../b" }, { path: "..c" }]))).toEqual(["f ..c", "f b"]);
});

test("files behind symbolic links of the same layer stay inside of the root", async () => {
  const tar = makeTar([
    link("up", "../../../../../.."),
    link("abs", "/tmp"),
    { path: "up/escaped", content: "1" },
    { path: "abs/escaped", content: "2" },
  ]);
  expect(await unpack(tar)).toMatch(/not a directory/);
  const inside = makeTar([
    dir("tmp"),
    link("up", "../../../../.."),
    link("abs", "/tmp"),
    { path: "up/one" },
    { path: "abs/two" },
  ]);
  expect(await unpack(inside)).toEqual(["d tmp", "f one", "f tmp/two", "l abs /tmp", "l up ../../../../.."]);
});

test("a hard link cannot reach out of the root", async () => {
  expect(await unpack(makeTar([hard("a", "../../canary/file")]))).toMatch(/it leads outside/);
  expect(
    await unpack(
      makeTar([link("l", "../../../canary"), hard("a", "l/file")]),
      (files) => lstatSync(join(files, "a")).size,
    ),
  ).toBe(0);
  expect(await unpack(makeTar([dir("d"), hard("a", "d")]))).toMatch(/hard link to a folder/);
});

test("a later entry replaces an earlier one, never what a symbolic link points to", async () => {
  const tar = makeTar([
    { path: "target", content: "keep" },
    link("l", "target"),
    { path: "l", content: "new" },
    dir("d"),
    { path: "d/x", content: "x" },
    link("d", "/target"),
    { path: "f", content: "f" },
    dir("f"),
  ]);
  expect(await unpack(tar, (files) => [list(files), readFileSync(join(files, "target"), "utf8")])).toEqual([
    ["d f", "f l", "f target", "l d /target"],
    "keep",
  ]);
});

test("a file below a file is refused", async () => {
  expect(await unpack(makeTar([{ path: "f" }, { path: "f/x" }]))).toMatch(
    /^invalidArgument: .*not a directory/,
  );
});

test("the root may be named, but only as a folder", async () => {
  const root = (files: string) => (statAt(AT_FDCWD, files).mode & 0o7777).toString(8);
  expect(
    await unpack(makeTar([dir("./", { mode: 0o1711 }), dir("/"), dir(".", { mode: 0o1751 })]), root),
  ).toBe("1751");
  expect(await unpack(makeTar([{ path: "." }]))).toMatch(/the root can only be a folder/);
  expect(await unpack(makeTar([link("/", "/etc")]))).toMatch(/the root can only be a folder/);
});

test("devices, FIFOs, special modes, owners, attributes and times arrive", async () => {
  const tar = makeTar([
    { path: "null", kind: "character", deviceMajor: 1, deviceMinor: 3, mode: 0o666 },
    { path: "disk", kind: "block", deviceMajor: 259, deviceMinor: 300, mode: 0o660, gid: 6 },
    { path: "pipe", kind: "fifo", mode: 0o622 },
    { path: "su", mode: 0o6755, uid: 12, gid: 3_000_000, content: "x" },
    dir("sticky", { mode: 0o3777, uid: 5, mtimeSeconds: 7 }),
    { path: "sticky/f", mtimeSeconds: 8 },
    {
      path: "x",
      xattrs: [
        { name: "user.a", value: Buffer.from("b") },
        { name: "trusted.overlay.redirect", value: Buffer.from("/etc") },
      ],
    },
  ]);
  const found = await unpack(tar, (files) => [
    sh(files, "find . -mindepth 1 -printf '%y %P %m %U %G %Ts\\n' | LC_ALL=C sort; stat -c %t:%T disk null")
      .trim()
      .split("\n"),
    listXattr(join(files, "x")),
  ]);
  expect(found).toEqual([
    [
      "b disk 660 0 6 1000000000",
      "c null 666 0 0 1000000000",
      "d sticky 3777 5 0 7",
      "f su 6755 12 3000000 1000000000",
      "f sticky/f 644 0 0 8",
      "f x 644 0 0 1000000000",
      "p pipe 622 0 0 1000000000",
      "103:12c",
      "1:3",
    ].sort((a, b) => Number(/^\d/.test(a)) - Number(/^\d/.test(b)) || (a < b ? -1 : 1)),
    ["user.a"],
  ]);
});

test("whiteouts become overlay's, and never delete what the same layer wrote", async () => {
  const tar = makeTar([
    { path: ".wh.gone" },
    { path: "mine", content: "x" },
    { path: ".wh.mine" },
    { path: ".wh.later" },
    { path: "later", content: "y" },
    dir("hidden"),
    { path: "hidden/f" },
    { path: "hidden/.wh..wh..opq" },
    { path: ".wh.fresh" },
    dir("fresh"),
    { path: ".wh..wh.plnk/1.2", content: "aufs" },
  ]);
  const look = (files: string) => [
    list(files),
    listXattr(join(files, "hidden")),
    listXattr(join(files, "fresh")),
  ];
  expect(await unpack(tar, look)).toEqual([
    ["c gone", "d fresh", "d hidden", "f hidden/f", "f later", "f mine"],
    ["trusted.overlay.opaque"],
    ["trusted.overlay.opaque"],
  ]);
});

test("a whiteout behind a symbolic link touches nothing outside", async () => {
  expect(await unpack(makeTar([link("l", "/tmp"), dir("tmp"), { path: "l/.wh.x" }]))).toEqual([
    "c tmp/x",
    "d tmp",
    "l l /tmp",
  ]);
});

test("whiteouts that name no file are refused", async () => {
  for (const path of [".wh.", ".wh..", ".wh...", "a/.wh..", ".wh.a/b"]) {
    expect(await unpack(makeTar([{ path }]))).toMatch(/^invalidArgument/);
  }
});

test("names that are no UTF-8 keep their bytes; names too long are refused", async () => {
  expect(await unpack(makeTar([{ path: "\xff\xfe", content: "x" }]), (files) => sh(files, "ls -b"))).toBe(
    "\\377\\376\n",
  );
  expect(await unpack(makeTar([{ path: "n".repeat(256) }]))).toMatch(
    /^invalidArgument: .*file name too long/,
  );
  expect(await unpack(makeTar([{ path: "d/".repeat(3000) }]))).toMatch(
    /^invalidArgument: .*too many folders deep/,
  );
});

test("damaged archives are refused and leave nothing", async () => {
  const tar = makeTar([{ path: "a", content: "x".repeat(5000) }]);
  expect(await unpack(tar.subarray(0, 2000))).toBe("invalidArgument: unexpected EOF");
  const gzip = gzipSync(Buffer.concat([tar, Buffer.alloc(200_000, "noise")]));
  expect(await unpack(gzip.subarray(0, gzip.length - 9))).toMatch(
    /^invalidArgument: .*gzip: .*unexpected end of file/,
  );
  const flipped = Buffer.from(gzipSync(tar));
  flipped.writeUInt32LE(1, flipped.length - 8);
  expect(await unpack(flipped)).toMatch(
    /^invalidArgument: invalid compressed layer: gzip: incorrect data check/,
  );
  expect(await unpack(Buffer.alloc(600, "x"))).toMatch(/^invalidArgument: archive\/tar: invalid tar header/);
});

test("a layer bomb is stopped at the limit, and its files are gone", async () => {
  await withBench({ limits: { maxBytes: 1_000_000 } }, async ({ layers, store }) => {
    const bomb = gzipSync(makeTar([{ path: "zeros", content: "\0".repeat(3_000_000) }]));
    const staged = layers.stage({ kind: "stream", stream: streamOf(bomb) });
    await expect(staged).rejects.toThrow("layer refused: it is larger than 1000000 bytes");
    expect(readdirSync(join(store.root, "layers"))).toEqual([]);
  });
  await withBench({ limits: { maxEntries: 3 } }, async ({ layers }) => {
    const many = makeTar(["a", "b", "c", "d"].map((path) => ({ path })));
    await expect(layers.stage({ kind: "stream", stream: streamOf(many) })).rejects.toThrow(
      "more than 3 files",
    );
  });
});
