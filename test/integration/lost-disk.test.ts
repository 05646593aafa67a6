import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Ledger } from "../../src/engine/index.ts";
import { busyboxArchive, tar } from "../support/busybox-archive.ts";
import { type CrashScenario, crashLoop, seededRandom } from "../support/crash-loop.ts";
import { runProcess } from "../support/run-process.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

const SEED = Number(process.env.STRAKE_TEST_SEED ?? "11");
const SECONDS = 1.4;
const BASE = "busybox:base";
/** Writes enough that a kill may come in the middle. */
const WRITE =
  "i=0; while [ $i -lt 40 ]; do head -c 20000 /bin/busybox > /data/f$i; cp /data/f$i /f$i; i=$((i+1)); done";
let root: TempRoot;
let archive: string;
let random: () => number;

beforeAll(async () => {
  root = await tempRoot();
  archive = join(root.path, "other.tar");
  random = seededRandom(SEED);
  const files = Array.from({ length: 300 }, (_, n) => ({ path: `f${n}`, data: Buffer.alloc(8192, n) }));
  await Bun.write(join(root.path, "rootfs.tar"), tar(files));
  await Bun.write(join(root.path, "box.tar"), await busyboxArchive({ reference: BASE }));
  await done("load", "-i", join(root.path, "box.tar"));
  await done("import", join(root.path, "rootfs.tar"), "other:1");
  await done("save", "-o", archive, "other:1");
  await done("rmi", "other:1");
});
afterAll(() => root.remove());

const cli = (...words: string[]) => strake(words, { env: root.env });

async function done(...words: string[]): Promise<void> {
  const { stderr, exitCode } = await cli(...words);
  expect({ words, stderr, exitCode }).toEqual({ words, stderr: "", exitCode: 0 });
}

async function readLedger(what: string): Promise<Ledger> {
  const { stdout, stderr, exitCode } = await cli("system", "df", "--ledger", "--format", "json");
  expect({ what, exitCode, stderr }).toEqual({ what, exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Ledger;
}

/** The next command finds an owner for every byte. */
async function expectNothingLost(what: string): Promise<void> {
  const read = async () =>
    (await readLedger(what)).entries
      .filter(({ kind }) => kind === "unowned" || kind === "in the making")
      .map(({ kind, path }) => `${kind}: ${path}`);
  // A monitor whose starter was killed ends a moment later.
  const deadline = performance.now() + 5_000;
  let lost = await read();
  while (lost.length > 0 && performance.now() < deadline) {
    await Bun.sleep(100);
    lost = await read();
  }
  expect({ what, lost }).toEqual({ what, lost: [] });
}

/** Nothing runs any more, so that the sum is to the byte what du says. */
async function expectSameSum(what: string): Promise<void> {
  await expectNothingLost(what);
  const { total } = await readLedger(what);
  const { stdout } = await runProcess(["du", "-s", "--block-size=1", root.env.STRAKE_ROOT ?? ""]);
  expect({ what, total }).toEqual({ what, total: Number(stdout.split("\t")[0]) });
}

async function crash(name: string, scenario: CrashScenario): Promise<void> {
  await crashLoop(`${name} of seed ${SEED}`, scenario, {
    env: root.env,
    random,
    seconds: SECONDS,
    check: expectNothingLost,
  });
  await expectSameSum(name);
}

const removeContainer = () => cli("rm", "-fv", "busy");

test("a run that is killed leaves no byte without an owner", () =>
  crash("run", {
    command: () => [
      "run",
      "--rm",
      "--name",
      "busy",
      "--network",
      "none",
      "-v",
      "/data",
      BASE,
      "sh",
      "-c",
      WRITE,
    ],
    after: removeContainer,
  }));

test("a commit that is killed leaves no byte without an owner", async () => {
  await done("run", "--name", "busy", "--network", "none", "-v", "/data", BASE, "sh", "-c", WRITE);
  await crash("commit", {
    command: () => ["commit", "busy", "made:1"],
    after: () => cli("rmi", "made:1"),
  });
  await removeContainer();
});

test("a load that is killed leaves no byte without an owner", () =>
  crash("load", { command: () => ["load", "-i", archive], after: () => cli("rmi", "other:1") }));

test("prunes that are killed leave no byte without an owner", async () => {
  const make = () =>
    done(
      "run",
      "--name",
      "busy",
      "--network",
      "none",
      "-v",
      "/data",
      "-v",
      "named:/n",
      BASE,
      "sh",
      "-c",
      WRITE,
    );
  await crash("container prune", {
    before: make,
    command: () => ["container", "prune", "-f"],
    after: removeContainer,
  });
  await crash("volume prune", {
    before: () => cli("run", "--rm", "--network", "none", "-v", "named:/data", BASE, "sh", "-c", WRITE),
    command: () => ["volume", "prune", "-af"],
  });
  await crash("image prune", {
    before: () => cli("load", "-i", archive),
    command: () => ["image", "prune", "-af"],
    after: () => cli("load", "-i", join(root.path, "box.tar")),
  });
});

test("a build and a prune of its cache that are killed leave no byte without an owner", async () => {
  const context = join(root.path, "context");
  mkdirSync(context);
  const steps = [`FROM ${BASE}`, "RUN mkdir /data", `RUN --mount=type=cache,target=/c ${WRITE}; cp /f1 /c`];
  await Bun.write(join(context, "Dockerfile"), `${steps.join("\n")}\n`);
  const build = ["build", "-q", "--network", "none", context];
  await crash("build", { command: () => build, after: () => cli("builder", "prune", "-af") });
  await crash("builder prune", { before: () => cli(...build), command: () => ["builder", "prune", "-af"] });
});
