import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEngineError } from "../base/index.ts";
import {
  createByteSource,
  type TarEntry,
  type TarHeader,
  TarReader,
  TarWriter,
  toByteString,
} from "./index.ts";

const BASE: TarHeader = {
  kind: "file",
  path: "a",
  linkPath: "",
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeSeconds: 1_700_000_000,
  size: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: [],
};

function write(entries: readonly (Partial<TarHeader> & { readonly content?: string })[]): Buffer {
  const parts: Buffer[] = [];
  const writer = new TarWriter((bytes) => parts.push(Buffer.from(bytes)));
  for (const { content = "", ...entry } of entries) {
    writer.entry({ ...BASE, size: content.length, ...entry });
    writer.content(Buffer.from(content, "latin1"));
  }
  writer.end();
  return Buffer.concat(parts);
}

function read(tar: Uint8Array): { readonly entry: TarEntry; readonly content: string }[] {
  const reader = new TarReader(createByteSource(tar));
  const found: { entry: TarEntry; content: string }[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    let content = "";
    for (let chunk = reader.readChunk(); chunk; chunk = reader.readChunk()) {
      content += Buffer.from(chunk).toString("latin1");
    }
    found.push({ entry, content });
  }
  return found;
}

function kindOfError(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return isEngineError(error) ? error.kind : String(error);
  }
  return "no error";
}

/** Runs GNU tar over a folder that `script` fills. */
function gnuTar(script: string, ...flags: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "strake-tar-"));
  try {
    const made = Bun.spawnSync(["sh", "-ec", `mkdir tree; cd tree; ${script}`], { cwd: folder });
    if (!made.success) throw new Error(made.stderr.toString());
    const run = Bun.spawnSync(["tar", ...flags, "-C", "tree", "-cf", "out.tar", "--sort=name", "."], {
      cwd: folder,
    });
    if (!run.success) throw new Error(run.stderr.toString());
    return readFileSync(join(folder, "out.tar"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("what the writer writes, the reader reads back", () => {
  const entries: (Partial<TarHeader> & { content?: string })[] = [
    { kind: "directory", path: "etc/", mode: 0o755 },
    { path: "etc/passwd", content: "root", mode: 0o4755, uid: 1000, gid: 2 ** 31, mtimeSeconds: -5 },
    { path: `long/${"n".repeat(140)}`, content: "x".repeat(513) },
    { path: `${"d/".repeat(60)}file`, uid: 2 ** 21 },
    { path: toByteString("grün"), kind: "symlink", linkPath: toByteString("ü".repeat(70)) },
    { path: "bad\xff\xfename", content: "bytes" },
    { path: "hard", kind: "hardlink", linkPath: "bad\xff\xfename" },
    { path: "null", kind: "character", deviceMajor: 1, deviceMinor: 3 },
    { path: "disk", kind: "block", deviceMajor: 8, deviceMinor: 2 ** 21 },
    { path: "pipe", kind: "fifo" },
    { path: "caps", xattrs: [{ name: "security.capability", value: Buffer.from([1, 0, 10, 61, 255]) }] },
  ];
  const found = read(write(entries));
  expect(
    found.map(({ entry, content }) => ({
      ...entry,
      content,
      xattrs: entry.xattrs.map((x) => [x.name, [...x.value]]),
    })),
  ).toEqual(
    entries.map(({ content = "", xattrs = [], ...entry }) => ({
      ...BASE,
      ...entry,
      size: content.length,
      content,
      mtimeNanoseconds: 0,
      sparse: undefined,
      xattrs: xattrs.map((x) => [x.name, [...x.value]]),
    })),
  );
});

test("GNU tar lists the written archive with the same names", () => {
  const folder = mkdtempSync(join(tmpdir(), "strake-tar-"));
  try {
    const path = join(folder, "a.tar");
    writeFileSync(
      path,
      write([
        { path: `a/${"b".repeat(200)}`, content: "x" },
        { path: "c\xff", uid: 3_000_000 },
      ]),
    );
    const listed = Bun.spawnSync(["tar", "--numeric-owner", "--quoting-style=escape", "-tvf", path]);
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout.toString()).toContain(`a/${"b".repeat(200)}`);
    expect(listed.stdout.toString()).toMatch(/3000000\/0 .* c\\377/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const SPARSE =
  "truncate -s 3000000 f; printf hello | dd of=f bs=1 seek=1000000 conv=notrunc status=none; printf end >> f";

for (const flags of [
  ["--format=gnu", "-S"],
  ["--format=pax", "-S", "--sparse-version=0.0"],
  ["--format=pax", "-S", "--sparse-version=0.1"],
  ["--format=pax", "-S", "--sparse-version=1.0"],
]) {
  test(`a sparse file is understood as written by tar ${flags.join(" ")}`, () => {
    const file = read(gnuTar(SPARSE, ...flags)).find(({ entry }) => entry.path === "./f");
    expect(file?.entry.size).toBe(3_000_003);
    const rebuilt = Buffer.alloc(3_000_003);
    let at = 0;
    for (const { offset, length } of file?.entry.sparse ?? []) {
      rebuilt.write(file?.content.slice(at, at + length) ?? "", offset, "latin1");
      at += length;
    }
    expect(at).toBe(file?.content.length ?? -1);
    expect(rebuilt.toString("latin1", 1_000_000, 1_000_005)).toBe("hello");
    expect(rebuilt.toString("latin1", 3_000_000)).toBe("end");
  });
}

test("what is written with segments reads back with its holes, in GNU tar too", () => {
  const path = toByteString(`${"ä/".repeat(80)}f`);
  // GNU tar wants whole blocks, as file systems have them, but for the last segment.
  const segments = [0, 70_144, 999_997].map((offset, n) => ({ offset, length: n < 2 ? 512 : 3 }));
  const pieces = ["a".repeat(512), "b".repeat(512), "end"];
  const none = { path: "only-hole", size: 4096, segments: [] };
  const archive = write([{ path, size: 1_000_000, segments, content: pieces.join("") }, none]);
  const [file, hole] = read(archive);
  expect(file?.entry).toMatchObject({ path, size: 1_000_000, sparse: segments });
  expect(file?.content).toBe(pieces.join(""));
  expect(hole?.entry).toMatchObject({ path: "only-hole", size: 4096, sparse: [] });
  const folder = mkdtempSync(join(tmpdir(), "strake-tar-"));
  try {
    expect(Bun.spawnSync(["tar", "-xf", "-"], { cwd: folder, stdin: archive }).exitCode).toBe(0);
    const wanted = Buffer.alloc(1_000_000);
    for (const [n, { offset }] of segments.entries()) wanted.write(pieces[n] ?? "", offset);
    expect(readFileSync(join(folder, "ä/".repeat(80), "f")).equals(wanted)).toBe(true);
    expect(readFileSync(join(folder, "only-hole"))).toEqual(Buffer.alloc(4096));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a sparse map with hundreds of segments spans extension blocks", () => {
  const script =
    "truncate -s 8M f; i=0; while [ $i -lt 200 ]; do printf $i | dd of=f bs=1 seek=$((i*40000)) conv=notrunc status=none; i=$((i+1)); done";
  for (const flags of [
    ["--format=gnu", "-S"],
    ["--format=pax", "-S"],
  ]) {
    const file = read(gnuTar(script, ...flags)).find(({ entry }) => entry.path === "./f");
    expect(file?.entry.sparse?.length).toBeGreaterThan(190);
  }
});

for (const format of ["v7", "oldgnu", "gnu", "ustar", "pax"]) {
  test(`GNU tar's ${format} dialect is read`, () => {
    const found = read(
      gnuTar(
        "mkdir d; printf hi > d/f; ln -s f d/l; ln d/f d/h; chmod 4711 d/f; touch -d @5.25 d/f",
        `--format=${format}`,
      ),
    );
    expect(found.map(({ entry, content }) => [entry.kind, entry.path, entry.linkPath, content])).toEqual([
      ["directory", "./", "", ""],
      ["directory", "./d/", "", ""],
      ["file", "./d/f", "", "hi"],
      ["hardlink", "./d/h", "./d/f", ""],
      ["symlink", "./d/l", "f", ""],
    ]);
    expect(found[2]?.entry).toMatchObject({
      mode: 0o4711,
      mtimeSeconds: 5,
      mtimeNanoseconds: format === "pax" ? 250_000_000 : 0,
    });
  });
}

test("GNU long names and links, and huge uids, are read", () => {
  const long = "x".repeat(180);
  const found = read(
    gnuTar(`touch ${long}; ln -s /${long}${long} l; chown 4000000:5000000 ${long}`, "--format=gnu"),
  );
  expect(found.map(({ entry }) => [entry.path, entry.linkPath, entry.uid, entry.gid]).slice(1)).toEqual([
    ["./l", `/${long}${long}`, 0, 0],
    [`./${long}`, "", 4_000_000, 5_000_000],
  ]);
});

test("global PAX records hold for the entries that follow, but name none of them", () => {
  const records = "14 mtime=77.5\n10 path=g\n";
  const global = rewrite(write([{ content: records }]), (block) => block.write("g", 156)).subarray(0, 1024);
  const found = read(Buffer.concat([global, write([{ path: "a" }, { path: "b", mtimeSeconds: -1 }])]));
  expect(found.map(({ entry }) => [entry.path, entry.mtimeSeconds, entry.mtimeNanoseconds])).toEqual([
    ["a", 77, 500_000_000],
    ["b", -1, 0],
  ]);
});

test("frames and payloads together are the whole stream", () => {
  const tar = gnuTar(`${SPARSE}; printf abc > z`, "--format=pax", "-S", "-b", "20");
  const parts: Buffer[] = [];
  const reader = new TarReader(createByteSource(tar), { onFrame: (bytes) => parts.push(Buffer.from(bytes)) });
  while (reader.next() !== undefined) {
    for (let chunk = reader.readChunk(); chunk; chunk = reader.readChunk()) parts.push(Buffer.from(chunk));
  }
  expect(Buffer.concat(parts).equals(tar)).toBe(true);
});

test("a stream of frames alone gives the same entries", () => {
  const tar = write([{ path: "a", content: "abc" }, { path: "b" }]);
  const frames: Buffer[] = [];
  const full = new TarReader(createByteSource(tar), { onFrame: (bytes) => frames.push(Buffer.from(bytes)) });
  const entries: (TarEntry | undefined)[] = [];
  for (let entry = full.next(); entry; entry = full.next()) entries.push(entry);
  const again = new TarReader(createByteSource(Buffer.concat(frames)), { hasPayload: () => false });
  expect([again.next(), again.next(), again.next()]).toEqual([...entries, undefined]);
});

test("an archive without its end marker ends at the end of the stream, and an empty stream is empty", () => {
  const tar = write([{ path: "a", content: "abc" }]);
  expect(read(tar.subarray(0, tar.length - 1024)).length).toBe(1);
  expect(read(Buffer.alloc(0))).toEqual([]);
});

test("malformed archives are refused as invalid", () => {
  const good = write([{ path: "a", content: "abc" }]);
  const flipped = Buffer.from(good);
  flipped[0] = 0x62;
  const lone = Buffer.concat([Buffer.alloc(512), good]);
  const pax = (records: string): Buffer =>
    rewrite(write([{ content: records }]), (block) => block.write("x", 156));
  const cases: [string, Buffer][] = [
    ["bad checksum", flipped],
    ["cut in a header", good.subarray(0, 300)],
    ["cut in a file", good.subarray(0, 514)],
    ["negative size", rewrite(good, (block) => block.fill(0xff, 124, 136))],
    ["absurd size", rewrite(good, (block) => block.fill(0x7f, 125, 136).fill(0x80, 124, 125))],
    ["size not octal", rewrite(good, (block) => block.write("00000000009\0", 124))],
    ["lone zero block", lone],
    ["NUL in a PAX path", pax("11 path=a\0\n")],
    ["PAX record of no length", pax("path=a\n")],
    ["PAX record too long", pax("99 path=a\n")],
    ["negative PAX size", pax("11 size=-1\n")],
    [
      "huge PAX header",
      rewrite(good, (block) => block.write("00010000000\0", 124).toString() && block.write("x", 156)),
    ],
    [
      "huge long name",
      rewrite(good, (block) => block.write("00010000000\0", 124).toString() && block.write("L", 156)),
    ],
    ["PAX header before nothing", pax("10 uid=10\n").subarray(0, 1024)],
  ];
  expect(cases.map(([name, tar]) => [name, kindOfError(() => read(tar))])).toEqual(
    cases.map(([name]) => [name, "invalidArgument"]),
  );
});

test("a writer refuses content that its header does not announce", () => {
  const writer = new TarWriter(() => undefined);
  writer.entry({ ...BASE, size: 2 });
  expect(() => writer.content(Buffer.alloc(3))).toThrow("write too long");
  expect(() => writer.end()).toThrow("missed writing");
});

/** Changes the first header of an archive and mends its checksum. */
function rewrite(tar: Buffer, change: (block: Buffer) => unknown): Buffer {
  const copy = Buffer.from(tar);
  const block = copy.subarray(0, 512);
  change(block);
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return copy;
}
