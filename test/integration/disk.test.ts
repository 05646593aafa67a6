import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ledger, LedgerKind } from "../../src/engine/index.ts";
import { busyboxArchive, tar } from "../support/busybox-archive.ts";
import { runProcess } from "../support/run-process.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

const BASE = "busybox:base";
const DOCKERFILE = `FROM ${BASE}
RUN head -c 60000 /bin/busybox > /f
RUN --mount=type=cache,target=/c head -c 40000 /bin/busybox > /c/f; echo x > /g
`;
const BUILD = ["build", "-q", "--network", "none"];
let root: TempRoot;
let disk: string;
let context: string;

beforeAll(async () => {
  root = await tempRoot();
  disk = root.env.STRAKE_ROOT ?? "";
  await Bun.write(join(root.path, "box.tar"), await busyboxArchive({ reference: BASE }));
  await Bun.write(join(root.path, "other.tar"), tar([{ path: "f", data: Buffer.alloc(300_000, 1) }]));
  context = join(root.path, "context");
  mkdirSync(context);
  writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
  await done("load", "-i", join(root.path, "box.tar"));
});
afterAll(() => root.remove());

const cli = (...words: string[]) => strake(words, { env: root.env });

async function done(...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await cli(...words);
  expect({ words, stderr, exitCode }).toEqual({ words, stderr: "", exitCode: 0 });
  return stdout;
}

async function du(...options: string[]): Promise<number> {
  const { stdout } = await runProcess(["du", "-s", "--block-size=1", ...options, disk]);
  return Number(stdout.split("\t")[0]);
}

/** The database grows by what is written of a removal, and is no part of what comes back. */
const duOfFiles = () => du("--exclude=strake.db*");

const ledger = async () => JSON.parse(await done("system", "df", "--ledger", "--format", "json")) as Ledger;
const bytesOf = ({ entries }: Ledger, kind: LedgerKind) =>
  entries.filter((entry) => entry.kind === kind).reduce((sum, { bytes }) => sum + bytes, 0);
const namesOf = ({ entries }: Ledger, kind: LedgerKind) =>
  entries.filter((entry) => entry.kind === kind).map(({ name }) => name);

const run = (...words: string[]) => done("run", "--network", "none", ...words);

test("the ledger accounts for every byte that du finds, by its owner", async () => {
  await run(
    "--name",
    "first",
    "-v",
    "data:/data",
    BASE,
    "sh",
    "-c",
    "head -c 95000 /dev/zero > /data/f; echo x",
  );
  await done("commit", "first", "second:1");
  await run(
    "--name",
    "logs",
    BASE,
    "sh",
    "-c",
    "head -c 50000 /dev/zero | tr '\\0' x; head -c 20000 /bin/busybox > /own",
  );
  const found = await ledger();
  expect(found.total).toBe(await du());
  expect(found.total).toBe(found.entries.reduce((sum, { bytes }) => sum + bytes, 0));
  expect(namesOf(found, "unowned")).toEqual([]);
  expect(namesOf(found, "in the making")).toEqual([]);
  expect(namesOf(found, "volume")).toEqual(["data"]);
  expect(bytesOf(found, "volume")).toBeGreaterThan(90_000);
  expect(bytesOf(found, "container")).toBeGreaterThan(20_000);
  expect(bytesOf(found, "log")).toBeGreaterThan(50_000);
  expect(bytesOf(found, "reserve")).toBe(1 << 20);
  const layers = found.entries.filter(({ kind }) => kind === "image layer");
  expect(layers.map(({ users }) => [...users].sort()).sort()).toEqual([[BASE, "second:1"], ["second:1"]]);
  await done("rm", "first", "logs");
  await done("rmi", "second:1");
  await done("volume", "rm", "data");
});

test("a running container is in the ledger, and what du finds meanwhile too", async () => {
  await run("-d", "--name", "up", BASE, "sh", "-c", "echo hello > /f; exec sleep 1000");
  const found = await ledger();
  expect(found.total).toBe(await du());
  expect(namesOf(found, "unowned")).toEqual([]);
  expect(namesOf(found, "container")).toHaveLength(1);
  await done("rm", "-f", "up");
});

test("a layer that only a container still needs belongs to it", async () => {
  await done("import", join(root.path, "other.tar"), "other:1");
  const id = (await done("create", "--name", "keeper", "--network", "none", "other:1", "true")).trim();
  await done("rmi", "-f", "other:1");
  const found = await ledger();
  expect(found.entries.filter(({ users }) => users.includes(id)).map(({ kind }) => kind)).toEqual([
    "container",
  ]);
  await done("rm", "keeper");
  expect(bytesOf(await ledger(), "container")).toBe(0);
});

test("what nobody owns is listed with its path and its bytes", async () => {
  const strays = ["stray", "layers/nobody", "volumes/gone", "blobs/sha256/00", "containers/none", "tmp/left"];
  const before = await ledger();
  for (const path of strays) {
    mkdirSync(join(disk, path), { recursive: true });
    writeFileSync(join(disk, path, "file"), Buffer.alloc(10_000));
  }
  const found = await ledger();
  expect(namesOf(found, "unowned").sort()).toEqual([...strays].sort());
  expect(found.total).toBe(await du());
  expect(bytesOf(found, "unowned")).toBeGreaterThanOrEqual(strays.length * 10_000);
  const shown = await done("system", "df", "--ledger");
  for (const path of strays) expect(shown).toMatch(new RegExp(`^${disk}/${path} \\(\\d+ bytes\\)$`, "m"));
  for (const path of strays) rmSync(join(disk, path), { recursive: true });
  expect(namesOf(await ledger(), "unowned")).toEqual(namesOf(before, "unowned"));
});

test("the tables of the ledger end with the sum, and -v shows each thing with its path", async () => {
  const table = await done("system", "df", "--ledger");
  const total = await du();
  expect(table).toMatch(/^OWNER +COUNT +SIZE +BYTES\nimage layer +1 +/);
  expect(table).toMatch(new RegExp(`^total +\\d+ +\\S+ +${total}$`, "m"));
  expect(await done("system", "df", "--ledger", "-v")).toMatch(
    /^image layer +\S{12} +busybox:base +\S+ +\d+ +layers\/\S+$/m,
  );
  expect(await done("system", "df", "--ledger", "--format", "{{.Owner}}: {{.Bytes}}")).toContain(
    `total: ${total}\n`,
  );
});

test("images that containers use are not called reclaimable because they share their layers", async () => {
  await done("create", "--name", "one", "--network", "none", BASE, "true");
  await run("--name", "two", BASE, "sh", "-c", "echo x > /f");
  await done("commit", "two", "second:1");
  await done("rm", "two");
  const format = ["--format", "{{.Type}} {{.Active}} {{.Reclaimable}}"];
  expect(await done("system", "df", ...format)).toMatch(/^Images 1 2B \(0%\)\n/);
  await done("create", "--name", "two", "--network", "none", "second:1", "true");
  expect(await done("system", "df", ...format)).toMatch(/^Images 2 0B \(0%\)\n/);
  await done("rm", "one", "two");
  expect(await done("system", "df", ...format)).toMatch(/^Images 0 \S+B \(100%\)\n/);
  await done("rmi", "second:1");
});

interface Dry {
  readonly listed: string;
  readonly bytes: number;
}

async function dryRun(words: readonly string[]): Promise<Dry> {
  const [before, files] = [await ledger(), await duOfFiles()];
  const told = await done(...words, "--dry-run");
  expect(await duOfFiles()).toBe(files);
  expect((await ledger()).entries.map(({ path }) => path)).toEqual(before.entries.map(({ path }) => path));
  const [listed = "", last = ""] = told.split("Total reclaimable space: ");
  return {
    listed,
    bytes: Number(/^.*\nDisk space that would be freed: \S+ \((\d+) bytes\)\n$/.exec(last)?.[1]),
  };
}

/** What a dry run lists is what then goes, and the bytes that it promised are what du misses afterwards. */
async function expectKept(words: readonly string[]): Promise<Dry> {
  const { listed, bytes } = await dryRun(words);
  const before = await duOfFiles();
  const removed = await done(...words, "-f");
  expect(removed.split("Total reclaimed space")[0]).toBe(listed.replaceAll("Would delete", "Deleted"));
  expect(before - (await duOfFiles())).toBe(bytes);
  expect(namesOf(await ledger(), "unowned")).toEqual([]);
  return { listed, bytes };
}

test("a dry run of container prune lists what goes, and its bytes come back", async () => {
  await done("import", join(root.path, "other.tar"), "other:1");
  await run("--name", "full", BASE, "sh", "-c", "head -c 70000 /bin/busybox > /f; head -c 9000 /bin/busybox");
  await done("create", "--name", "last", "--network", "none", "other:1", "true");
  await run("-d", "--name", "up", BASE, "sleep", "1000");
  // Its layers go with the container, as nothing else has them.
  await done("rmi", "-f", "other:1");
  const { listed, bytes } = await expectKept(["container", "prune"]);
  expect(bytes).toBeGreaterThan(300_000);
  expect(listed).toMatch(/^Would delete Containers:\n(?:[0-9a-f]{64}\n){2}\n$/);
  expect(await done("ps", "-a", "--format", "{{.Names}}")).toBe("up\n");
  await done("rm", "-f", "up");
});

test("a dry run of image prune lists what goes, and its bytes come back", async () => {
  await run("--name", "base", BASE, "sh", "-c", "head -c 70000 /bin/busybox > /f");
  await done("commit", "base", "left:1");
  await done("commit", "base", "left:2");
  await done("import", join(root.path, "other.tar"), "left:1");
  const dangling = await expectKept(["image", "prune"]);
  expect(dangling.listed).toMatch(/^Would delete Images:\ndeleted: sha256:\S+\n\n$/);
  // Its layer is another image's as well.
  expect(dangling.bytes).toBe(0);
  const unused = await expectKept(["image", "prune", "-a"]);
  expect(unused.listed).toContain("untagged: left:2\n");
  expect(unused.bytes).toBeGreaterThan(370_000);
  await done("rm", "base");
});

test("a dry run of volume prune lists what goes, and its bytes come back", async () => {
  await run(
    "--name",
    "user",
    "-v",
    "kept:/k",
    "-v",
    "/anonymous",
    "-v",
    "loose:/l",
    BASE,
    "sh",
    "-c",
    "head -c 70000 /bin/busybox | tee /k/f /l/f > /anonymous/f",
  );
  await done("rm", "user");
  await done("create", "--name", "user", "-v", "kept:/k", "--network", "none", BASE, "true");
  const anonymous = await expectKept(["volume", "prune"]);
  expect(anonymous.listed).toMatch(/^Would delete Volumes:\n[0-9a-f]{64}\n\n$/);
  expect(anonymous.bytes).toBeGreaterThan(70_000);
  expect((await expectKept(["volume", "prune", "-a"])).listed).toBe("Would delete Volumes:\nloose\n\n");
  await done("rm", "user");
  await done("volume", "rm", "kept");
});

test("the build cache is in the ledger, and a dry run of builder prune tells what comes back", async () => {
  const image = (await done(...BUILD, context)).trim();
  // Its layers are the image's as long as that is there.
  expect(bytesOf(await ledger(), "build cache")).toBeGreaterThan(40_000);
  expect(bytesOf(await ledger(), "build cache")).toBeLessThan(60_000);
  await done("rmi", image);
  const found = await ledger();
  expect(found.total).toBe(await du());
  expect(bytesOf(found, "build cache")).toBeGreaterThan(100_000);
  expect(await done("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Size}}")).toMatch(
    /^Build Cache [1-9]\d* 1\d\dkB$/m,
  );
  const { bytes } = await dryRun(["builder", "prune", "-a"]);
  expect(bytes).toBe(bytesOf(found, "build cache"));
  const before = await duOfFiles();
  await done("builder", "prune", "-a", "-f");
  expect(before - (await duOfFiles())).toBe(bytes);
  expect(bytesOf(await ledger(), "build cache")).toBe(0);
});

test("a dry run of system prune sees what the parts before it would have removed, and its bytes come back", async () => {
  const make = async (name: string) => {
    await run(
      "--name",
      name,
      "-v",
      "/anonymous",
      BASE,
      "sh",
      "-c",
      "head -c 50000 /bin/busybox | tee /f > /anonymous/f",
    );
    await done("commit", name, `${name}:1`);
    await done("create", "--name", `${name}-user`, "--network", "none", `${name}:1`, "true");
  };
  await make("used");
  await done("network", "create", "loose");
  await done("import", join(root.path, "other.tar"));
  await done(...BUILD, context);
  const dangling = await expectKept(["system", "prune"]);
  expect(dangling.listed).toMatch(
    /^Would delete Containers:\n(?:\w{64}\n){2}\nWould delete Networks:\nloose\n\nWould delete Images:\n(?:deleted: \S+\n)+\nWould delete build cache objects:\n(?:\w+\n)+\n$/,
  );
  expect(dangling.bytes).toBeGreaterThan(300_000 + 50_000 + 60_000);
  await make("other");
  const all = await expectKept(["system", "prune", "-a", "--volumes"]);
  expect(all.listed).toMatch(
    /^Would delete Containers:\n(?:\w{64}\n){2}\nWould delete Volumes:\n(?:\w{64}\n){4}\n/,
  );
  // The image was in use until the container before it went.
  expect(all.listed).toContain("untagged: other:1\n");
  expect(all.bytes).toBeGreaterThan(4 * 50_000);
  const left = await ledger();
  expect(new Set(left.entries.map(({ kind }) => kind))).toEqual(new Set(["database", "reserve", "engine"]));
});
