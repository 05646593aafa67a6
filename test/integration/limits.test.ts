import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { TarWriter, toByteString } from "../../src/archive/index.ts";
import { findProgram } from "../../src/runtime/index.ts";
import { busyboxArchive } from "../support/busybox-archive.ts";
import { fsck } from "../support/fsck.ts";
import { runProcess } from "../support/run-process.ts";
import { strake, strakeCommand } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

const BASE = "busybox:base";
let root: TempRoot;

beforeAll(async () => {
  root = await tempRoot();
  await Bun.write(join(root.path, "box.tar"), await busyboxArchive({ reference: BASE }));
  expect((await cli("load", "-i", join(root.path, "box.tar"))).stderr).toBe("");
});
afterEach(() => expect(fsck(root.env)).toEqual([]));
afterAll(() => root.remove());

const cli = (...words: string[]) => strake(words, { env: root.env });

/** A file of variables, each as long as Docker takes a line of such a file. */
async function environment(count: number): Promise<string> {
  const path = join(root.path, `${count}.env`);
  const lines = Array.from({ length: count }, (_, n) => `V${n}=${"x".repeat(62_000)}\n`);
  await Bun.write(path, lines.join(""));
  return path;
}

test("an environment of more than a megabyte reaches the container whole", async () => {
  const file = await environment(20);
  const run = await cli(
    "run",
    "--rm",
    "--network",
    "none",
    "--env-file",
    file,
    BASE,
    "sh",
    "-c",
    "env | wc -c",
  );
  expect(run.stderr).toBe("");
  expect(Number(run.stdout)).toBeGreaterThan(20 * 62_000);
});

test("an environment of ten megabytes, more than the kernel takes, is kept and shown but does not start", async () => {
  const file = await environment(162);
  expect(
    (await cli("create", "--name", "big", "--network", "none", "--env-file", file, BASE, "true")).stderr,
  ).toBe("");
  expect((await cli("inspect", "--format", "{{len .Config.Env}}", "big")).stdout).toBe("163\n");
  const start = await cli("start", "-a", "big");
  expect(start.stderr).toContain("argument list too long");
  expect(start.exitCode).not.toBe(0);
  expect((await cli("rm", "big")).stderr).toBe("");
});

/** Runs strake where the programs are not to be seen. */
async function without(programs: readonly string[], words: readonly string[]) {
  const paths = programs.flatMap((name) => findProgram(name) ?? []);
  const hide = 'for path in $HIDDEN; do mount --bind /dev/null "$path"; done; exec "$@"';
  return await runProcess(["unshare", "-m", "sh", "-c", hide, "sh", ...strakeCommand, ...words], {
    env: { ...root.env, HIDDEN: paths.join(" ") },
  });
}

test("without an OCI runtime a run says which package has one", async () => {
  const run = await without(["crun", "runc"], ["run", "--rm", "--network", "none", BASE, "true"]);
  expect(run.exitCode).toBe(125);
  expect(run.stderr).toContain("no OCI runtime found: neither crun nor runc starts on this machine\n");
  expect(run.stderr).toContain("Hint: install one with: apt-get install runc conmon\n");
});

test("without conmon a run says which package has it", async () => {
  const run = await without(["conmon"], ["run", "--rm", "--network", "none", BASE, "true"]);
  expect(run.exitCode).toBe(125);
  expect(run.stderr).toContain("no container monitor found: conmon is not in PATH\n");
  expect(run.stderr).toContain("Hint: install it with: apt-get install conmon\n");
});

test("info and version answer without the programs that run containers, and info warns", async () => {
  const info = await without(["crun", "runc", "conmon"], ["info"]);
  expect(info.exitCode).toBe(0);
  expect(info.stdout).toContain(" Images: 1\n");
  expect(info.stderr).toBe(
    "WARNING: No container can run: neither crun nor runc starts here\nWARNING: No container can run: conmon is not here\n",
  );
  const version = await without(
    ["crun", "runc", "conmon"],
    ["version", "--format", "{{len .Server.Components}}"],
  );
  expect(version).toEqual({ stdout: "1\n", stderr: "", exitCode: 0 });
});

const MEGABYTE = 1 << 20;
/** What a whole `strake` and its jobs may hold at most. */
const BOUND = 300 * MEGABYTE;

interface Peak {
  /** Most bytes that the command or one of its processes held. */
  readonly peak: number;
  readonly stderr: string;
  readonly exitCode: number;
}

async function peakOf(...words: string[]): Promise<Peak> {
  const program = fileURLToPath(new URL("../support/peak-memory.ts", import.meta.url));
  const command = [process.execPath, program, ...strakeCommand, ...words];
  return JSON.parse((await runProcess(command, { env: root.env })).stdout) as Peak;
}

/** A compressed tar, small itself, of one file of 600 MB of one byte: gzip members one after the other are one stream. */
function bomb(path: string, byte: number): Uint8Array {
  const member = gzipSync(Buffer.alloc(MEGABYTE, byte));
  const head = gzipSync(headerOf(path, 600 * MEGABYTE));
  const end = gzipSync(Buffer.alloc(1024));
  return Buffer.concat([head, ...Array.from({ length: 600 }, () => member), end]);
}

/** The header of a file of this size, as a tar begins. */
function headerOf(path: string, size: number): Buffer {
  const parts: Uint8Array[] = [];
  const attributes = {
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeSeconds: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: [],
  };
  const writer = new TarWriter((bytes) => parts.push(Uint8Array.from(bytes)));
  writer.entry({ kind: "file", path: toByteString(path), linkPath: "", size, ...attributes });
  return Buffer.concat(parts);
}

test("a layer that decompresses to far more than memory should hold is unpacked in bounded memory", async () => {
  const archive = join(root.path, "layer.tar.gz");
  await Bun.write(archive, bomb("zeros", 0));
  const { peak, stderr } = await peakOf("import", archive, "bomb:1");
  expect(stderr).toBe("");
  expect(peak).toBeLessThan(BOUND);
  expect((await cli("rmi", "bomb:1")).exitCode).toBe(0);
});

test("a document of an archive that decompresses without end is refused in bounded memory", async () => {
  const archive = join(root.path, "document.tar.gz");
  await Bun.write(archive, bomb("manifest.json", 0x20));
  const { peak, stderr } = await peakOf("load", "-i", archive);
  expect(stderr).toBe('invalid archive: "manifest.json" is longer than 8388608 bytes\n');
  expect(peak).toBeLessThan(BOUND);
  expect((await cli("image", "ls", "-aq")).stdout.trim().split("\n")).toHaveLength(1);
});
