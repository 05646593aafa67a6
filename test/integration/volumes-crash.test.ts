import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { tar } from "../support/busybox-archive.ts";
import { type CrashScenario, crashLoop, seededRandom } from "../support/crash-loop.ts";
import { type EngineRoot, engineRoot } from "../support/engine-root.ts";
import { fsck } from "../support/fsck.ts";
import { lastOf } from "../support/last-of.ts";

setDefaultTimeout(120_000);

const SEED = Number(process.env.STRAKE_TEST_SEED ?? "7");
const SECONDS = 3;
const FILES = 300;
const IMAGE = "many:1";
let at: EngineRoot;
let archive: string;

beforeAll(async () => {
  at = await engineRoot();
  archive = join(at.root.path, "many.tar");
  const files = Array.from({ length: FILES }, (_, n) => ({ path: `d/f${n}`, data: Buffer.alloc(8192, n) }));
  await Bun.write(archive, tar([{ path: "d/" }, ...files]));
  await done("import", archive, IMAGE);
});
afterAll(() => at[Symbol.asyncDispose]());

async function done(...words: readonly string[]): Promise<void> {
  const { stderr, exitCode } = await at.cli(words);
  expect({ words, stderr, exitCode }).toEqual({ words, stderr: "", exitCode: 0 });
}

/** How many files each volume has; none for one that is not there. */
async function filesOf(name: string, folder = "."): Promise<number | undefined> {
  const { stdout } = await at.cli(["volume", "ls", "-q", "-f", `name=^${name}$`]);
  if (stdout === "") return undefined;
  const { path } = await at.engine.volumes.inspect(name);
  return readdirSync(join(path, folder)).length;
}

/** Kills the command again and again; the next command must find the volume in one of the states `whole`. */
const crash = (name: string, scenario: CrashScenario & { readonly whole: () => Promise<boolean> }) =>
  crashLoop(`${name} of seed ${SEED}`, scenario, {
    env: at.root.env,
    random: seededRandom(SEED),
    seconds: SECONDS,
    async check(what) {
      await done("volume", "ls");
      expect({ what, whole: await scenario.whole() }).toEqual({ what, whole: true });
      expect({ what, wrong: await lastOf(() => fsck(at.root.env)) }).toEqual({ what, wrong: [] });
    },
  });

test("a fresh volume has all of the image's files or none when the creation of its container is killed", async () => {
  await crash("create", {
    command: () => ["create", "--name", "box", "--network", "none", "-v", "fresh:/d", IMAGE, "true"],
    whole: async () => [undefined, 0, FILES].includes(await filesOf("fresh")),
    after: async () => {
      await at.cli(["rm", "-f", "box"]);
      await at.cli(["volume", "rm", "fresh"]);
    },
  });
});

test("a volume that is imported or cloned is there with all of its files or not at all when that is killed", async () => {
  const whole = async () => {
    const names = (await at.cli(["volume", "ls", "-q", "-f", "name=^copy$"])).stdout;
    return names === "" || (await filesOf("copy", "d")) === FILES;
  };
  const after = () => at.cli(["volume", "rm", "copy"]);
  await crash("import", { command: () => ["volume", "import", "-i", archive, "copy"], whole, after });
  await done("volume", "import", "-i", archive, "source");
  await crash("clone", { command: () => ["volume", "clone", "source", "copy"], whole, after });
  await done("volume", "rm", "source");
});

test("a volume whose removal is killed is there with all of its files or gone", async () => {
  const whole = async () => [undefined, FILES].includes(await filesOf("doomed", "d"));
  const before = () => at.cli(["volume", "import", "-i", archive, "doomed"]);
  await crash("rm", { before, command: () => ["volume", "rm", "doomed"], whole });
  await at.cli(["volume", "rm", "-f", "doomed"]);
});
