import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { busyboxArchive, tar } from "../support/busybox-archive.ts";
import { type CrashScenario, crashLoop, seededRandom } from "../support/crash-loop.ts";
import { fsck } from "../support/fsck.ts";
import { lastOf } from "../support/last-of.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(120_000);

const SEED = Number(process.env.STRAKE_TEST_SEED ?? "7");
const SECONDS = 3;
const BASE = "busybox:base";
let root: TempRoot;
let archive: string;
let rootfs: string;
let random: () => number;

beforeAll(async () => {
  root = await tempRoot();
  archive = join(root.path, "fixture.tar");
  rootfs = join(root.path, "rootfs.tar");
  await Bun.write(archive, await busyboxArchive({ reference: BASE }));
  const files = Array.from({ length: 400 }, (_, n) => ({
    path: `d${n % 20}/f${n}`,
    data: Buffer.alloc(8192, n),
  }));
  await Bun.write(rootfs, tar([...Array.from({ length: 20 }, (_, n) => ({ path: `d${n}/` })), ...files]));
  random = seededRandom(SEED);
});
afterAll(() => root.remove());

const cli = (...words: string[]) => strake(words, { env: root.env });

/** The next command works and has cleaned up. */
async function expectWhole(what: string): Promise<void> {
  const ls = await cli("image", "ls", "-aq", "--no-trunc");
  expect({ what, code: ls.exitCode, stderr: ls.stderr }).toEqual({ what, code: 0, stderr: "" });
  // A monitor whose container was never begun ends a moment after its starter.
  const wrong = await lastOf(() => fsck(root.env));
  expect({ what, wrong }).toEqual({ what, wrong: [] });
}

const crash = (name: string, scenario: CrashScenario) =>
  crashLoop(`${name} of seed ${SEED}`, scenario, {
    env: root.env,
    random,
    seconds: SECONDS,
    check: expectWhole,
  });

const removeAll = async () => {
  const images = (await cli("image", "ls", "-aq")).stdout.split("\n").filter(Boolean);
  if (images.length > 0) await cli("image", "rm", "-f", ...new Set(images));
};

test("a load that is killed leaves its image whole or nothing at all", () =>
  crash("load", { command: () => ["image", "load", "-i", archive], after: removeAll }));

test("an import that is killed leaves its image whole or nothing at all", () =>
  crash("import", { command: () => ["image", "import", rootfs, "x:1"], after: removeAll }));

test("an image whose removal is killed is there or gone, with its layers", () =>
  crash("rmi", {
    before: () => cli("image", "import", rootfs, "x:1"),
    command: () => ["image", "rm", "x:1"],
  }));

test("a prune that is killed leaves whole images", async () => {
  await cli("image", "load", "-i", archive);
  await crash("prune", {
    before: () => cli("image", "import", rootfs),
    command: () => ["image", "prune", "-f"],
  });
});

test("a commit that is killed makes no image or a whole one", async () => {
  await cli("image", "load", "-i", archive);
  const script = "i=0; while [ $i -lt 300 ]; do echo $i > /f$i; i=$((i+1)); done";
  const run = await cli("run", "--name", "busy", "--network", "none", BASE, "sh", "-c", script);
  expect(run.stderr).toBe("");
  await crash("commit", { command: () => ["container", "commit", "busy", "done:1"] });
  expect((await cli("rm", "busy")).exitCode).toBe(0);
  await removeAll();
});

test("a container with a volume whose creation or removal is killed is there or gone", async () => {
  await cli("image", "load", "-i", archive);
  await crash("create", {
    command: () => ["create", "--name", "box", "-v", "/bin", "-v", "named:/etc", "--network", "none", BASE],
    after: () => cli("rm", "-fv", "box"),
  });
  await crash("rm", {
    before: () => cli("create", "--name", "box", "-v", "/bin", "-v", "named:/etc", "--network", "none", BASE),
    command: () => ["rm", "-v", "box"],
    after: () => cli("rm", "-fv", "box"),
  });
});
