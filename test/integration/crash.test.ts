import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { busyboxArchive, tar } from "../support/busybox-archive.ts";
import { fsck } from "../support/fsck.ts";
import { lastOf } from "../support/last-of.ts";
import { strake, strakeCommand } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(120_000);

const SEED = Number(process.env.STRAKE_TEST_SEED ?? "7");
const SECONDS = 3;
/** Rounds after which a loop without a single kill gives up. */
const MOST_ROUNDS = 100;
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
  random = createRandom(SEED);
});
afterAll(() => root.remove());

const cli = (...words: string[]) => strake(words, { env: root.env });

/** Starts the command, kills it after a random part of the time that it takes, and returns whether it came to its end. */
async function killed(words: readonly string[], longest: number): Promise<boolean> {
  const child = Bun.spawn([...strakeCommand, ...words], {
    env: { ...process.env, ...root.env },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const delay = Bun.sleep(random() * longest).then(() => child.kill("SIGKILL"));
  await Promise.race([child.exited, delay]);
  await child.exited;
  return child.signalCode === null;
}

/** The next command works and has cleaned up. */
async function expectWhole(what: string): Promise<void> {
  const ls = await cli("image", "ls", "-aq", "--no-trunc");
  expect({ what, code: ls.exitCode, stderr: ls.stderr }).toEqual({ what, code: 0, stderr: "" });
  // A monitor whose container was never begun ends a moment after its starter.
  const wrong = await lastOf(() => fsck(root.env));
  expect({ what, wrong }).toEqual({ what, wrong: [] });
}

interface Scenario {
  /** What must be there before; not killed. */
  readonly before?: () => Promise<unknown>;
  readonly command: () => readonly string[];
  /** Puts the store back to the base. */
  readonly after?: () => Promise<unknown>;
}

async function crashLoop(name: string, scenario: Scenario): Promise<void> {
  const { before, command, after } = scenario;
  const longest = await duration(scenario);
  const end = performance.now() + SECONDS * 1000;
  let kills = 0;
  for (let round = 0; performance.now() < end || (kills === 0 && round < MOST_ROUNDS); round++) {
    await before?.();
    if (!(await killed(command(), longest))) kills++;
    await expectWhole(`${name}, round ${round} of seed ${SEED}`);
    await after?.();
  }
  expect(kills).toBeGreaterThan(0);
}

/** Milliseconds that the command takes here when nobody kills it: the time within which a kill means something. */
async function duration({ before, command, after }: Scenario): Promise<number> {
  await before?.();
  const start = performance.now();
  await cli(...command());
  const taken = performance.now() - start;
  await after?.();
  return taken;
}

const removeAll = async () => {
  const images = (await cli("image", "ls", "-aq")).stdout.split("\n").filter(Boolean);
  if (images.length > 0) await cli("image", "rm", "-f", ...new Set(images));
};

test("a load that is killed leaves its image whole or nothing at all", () =>
  crashLoop("load", { command: () => ["image", "load", "-i", archive], after: removeAll }));

test("an import that is killed leaves its image whole or nothing at all", () =>
  crashLoop("import", { command: () => ["image", "import", rootfs, "x:1"], after: removeAll }));

test("an image whose removal is killed is there or gone, with its layers", () =>
  crashLoop("rmi", {
    before: () => cli("image", "import", rootfs, "x:1"),
    command: () => ["image", "rm", "x:1"],
  }));

test("a prune that is killed leaves whole images", async () => {
  await cli("image", "load", "-i", archive);
  await crashLoop("prune", {
    before: () => cli("image", "import", rootfs),
    command: () => ["image", "prune", "-f"],
  });
});

test("a commit that is killed makes no image or a whole one", async () => {
  await cli("image", "load", "-i", archive);
  const script = "i=0; while [ $i -lt 300 ]; do echo $i > /f$i; i=$((i+1)); done";
  const run = await cli("run", "--name", "busy", "--network", "none", BASE, "sh", "-c", script);
  expect(run.stderr).toBe("");
  await crashLoop("commit", { command: () => ["container", "commit", "busy", "done:1"] });
  expect((await cli("rm", "busy")).exitCode).toBe(0);
  await removeAll();
});

test("a container with a volume whose creation or removal is killed is there or gone", async () => {
  await cli("image", "load", "-i", archive);
  await crashLoop("create", {
    command: () => ["create", "--name", "c", "-v", "/bin", "-v", "named:/etc", "--network", "none", BASE],
    after: () => cli("rm", "-fv", "c"),
  });
  await crashLoop("rm", {
    before: () => cli("create", "--name", "c", "-v", "/bin", "-v", "named:/etc", "--network", "none", BASE),
    command: () => ["rm", "-v", "c"],
    after: () => cli("rm", "-fv", "c"),
  });
});

function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
