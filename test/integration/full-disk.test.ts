import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { MS_NODEV, mount, unmount } from "../../src/host/index.ts";
import { busyboxArchive, tar } from "../support/busybox-archive.ts";
import { fsck } from "../support/fsck.ts";
import { type StrakeOptions, strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

const BASE = "busybox:base";
const NO_SPACE = "no space left on device";
let root: TempRoot;
let disk: string;
let free: number;

beforeAll(async () => {
  root = await tempRoot();
  disk = root.env.STRAKE_ROOT ?? "";
  mkdirSync(disk, { recursive: true });
  mount("tmpfs", disk, "tmpfs", MS_NODEV, "size=12m");
  const archive = join(root.path, "fixture.tar");
  await Bun.write(archive, await busyboxArchive({ reference: BASE }));
  expect((await cli(["image", "load", "-i", archive])).stderr).toBe("");
  free = freeBytes();
});
afterAll(async () => {
  unmount(disk, { detach: true });
  await root.remove();
});

const cli = (words: readonly string[], options: StrakeOptions = {}) =>
  strake(words, { ...options, env: { ...root.env, ...options.env } });

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}

/** A root file system that is larger than the disk. */
const layer = () => tar([{ path: "zero", data: Buffer.alloc(20_000_000, 1) }]);

function archive(): Uint8Array {
  const data = layer();
  const diffId = createHash("sha256").update(data).digest("hex");
  const config = {
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: [`sha256:${diffId}`] },
  };
  return tar([
    { path: "layer.tar", data },
    { path: "config.json", data: JSON.stringify(config) },
    {
      path: "manifest.json",
      data: JSON.stringify([{ Config: "config.json", RepoTags: ["big:1"], Layers: ["layer.tar"] }]),
    },
  ]);
}

test.each<[string, readonly string[], () => Uint8Array]>([
  ["a load from a pipe", ["image", "load"], archive],
  ["a compressed load", ["image", "load"], () => gzipSync(archive(), { level: 1 })],
  ["an import", ["image", "import", "-", "big:1"], layer],
  ["a compressed import", ["image", "import", "-", "big:1"], () => gzipSync(layer(), { level: 1 })],
])("%s that does not fit on the disk says so and gives all of it back", async (_, words, input) => {
  const { stderr, exitCode } = await cli(words, { stdin: input() });
  expect(stderr).toContain(NO_SPACE);
  expect(exitCode).toBe(1);
  expect(fsck(root.env)).toEqual([]);
  expect((await cli(["images", "-q"])).stdout.trim().split("\n")).toHaveLength(1);
  expect(Math.abs(freeBytes() - free)).toBeLessThan(256 << 10);
});

test("a step of a build that does not fit on the disk fails, and gives all of it back", async () => {
  const context = join(root.path, "context");
  mkdirSync(context);
  await Bun.write(join(context, "big"), Buffer.alloc(20_000_000, 1));
  const build = async (dockerfile: string) => {
    await Bun.write(join(context, "Dockerfile"), dockerfile);
    return await cli(["build", "--network", "none", "-t", "big:1", context]);
  };
  const copied = await build(`FROM ${BASE}\nCOPY big /big\n`);
  expect(copied.stderr).toContain(NO_SPACE);
  expect(copied.exitCode).toBe(1);
  const run = await build(`FROM ${BASE}\nRUN head -c 20000000 /dev/zero > /big\n`);
  expect(run.stderr).toContain("did not complete successfully");
  expect(run.exitCode).toBe(1);
  expect(fsck(root.env)).toEqual([]);
  expect(Math.abs(freeBytes() - free)).toBeLessThan(256 << 10);
});

test("a volume that does not fit on the disk is not made, and a fresh one stays empty until all fits", async () => {
  const imported = await cli(["volume", "import", "big"], { stdin: layer() });
  expect(imported.stderr).toContain(NO_SPACE);
  expect(imported.exitCode).toBe(1);
  const fill = ["sh", "-c", "head -c 6000000 /dev/zero > /v/zero"];
  await cli(["run", "--rm", "--network", "none", "-v", "half:/v", BASE, ...fill]);
  const cloned = await cli(["volume", "clone", "half", "other"]);
  expect(cloned.stderr).toContain(NO_SPACE);
  expect(cloned.exitCode).toBe(1);
  expect((await cli(["volume", "ls", "-q"])).stdout).toBe("half\n");
  const ballast = join(disk, "volumes/half/_data/ballast");
  await Bun.write(ballast, Buffer.alloc(freeBytes() - (1 << 20), 1));
  const create = () =>
    cli(["create", "--name", "copied", "--network", "none", "-v", "fresh:/bin", BASE, "sh"]);
  const refused = await create();
  expect(refused.stderr).toContain("failed to populate volume");
  expect(refused.stderr.toLowerCase()).toContain(NO_SPACE);
  expect(readdirSync(join(disk, "volumes/fresh/_data"))).toEqual([]);
  expect(fsck(root.env)).toEqual([]);
  await Bun.file(ballast).delete();
  expect((await create()).stderr).toBe("");
  expect(readdirSync(join(disk, "volumes/fresh/_data"))).toContain("busybox");
  await cli(["rm", "copied"]);
  await cli(["volume", "prune", "-af"]);
  expect(fsck(root.env)).toEqual([]);
  expect(Math.abs(freeBytes() - free)).toBeLessThan(256 << 10);
});

test("when a container has filled the disk to the last byte it ends as it ended, can be looked at and removed", async () => {
  const go = join(root.path, "go");
  mkdirSync(go);
  const fill = `echo start; until test -e /go/now; do sleep 0.05; done; dd if=/dev/zero of=/x bs=65536 2>/dev/null
    i=0; while echo >> /y$i; do i=$((i+1)); done 2>/dev/null; exit 3`;
  const words = ["run", "--name", "full", "--network", "none", "-v", `${go}:/go`, BASE, "sh", "-c", fill];
  const running = cli(words);
  while ((await cli(["logs", "full"])).stdout !== "start\n") await Bun.sleep(50);
  await Bun.write(join(go, "now"), "");
  expect(await running).toEqual({ stdout: "start\n", stderr: "", exitCode: 3 });
  expect((await cli(["ps", "-a", "--format", "{{.Names}} {{.Status}}"])).stdout).toMatch(
    /^full Exited \(3\)/,
  );
  expect((await cli(["logs", "full"])).stdout).toBe("start\n");
  const commit = await cli(["commit", "full", "big:1"]);
  expect(commit.stderr).toContain(NO_SPACE);
  expect(commit.exitCode).toBe(1);
  expect((await cli(["rm", "full"])).stderr).toBe("");
  expect(fsck(root.env)).toEqual([]);
  const after = await cli(["run", "--rm", "--network", "none", BASE, "echo", "works"]);
  expect(after).toEqual({ stdout: "works\n", stderr: "", exitCode: 0 });
});

test("a database that finds no space at all says so, changes nothing, and works again afterwards", async () => {
  const ballast = join(disk, "ballast");
  const fill = `cat /dev/zero > ${ballast}; i=0; while echo > ${ballast}.$i; do i=$((i+1)); done`;
  await Bun.spawn(["sh", "-c", `${fill}; rm -f ${disk}/reserve; ${fill}`], { stderr: "ignore" }).exited;
  const tag = await cli(["tag", BASE, "other:1"]);
  expect(tag.stderr).toContain(NO_SPACE);
  expect(tag.exitCode).toBe(1);
  for (const name of readdirSync(disk)) {
    if (name.startsWith("ballast")) await Bun.file(join(disk, name)).delete();
  }
  expect((await cli(["tag", BASE, "other:1"])).stderr).toBe("");
  expect(fsck(root.env)).toEqual([]);
});
