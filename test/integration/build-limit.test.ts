import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { type BuildFolder, buildFolder } from "../support/build-folder.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
let folder: BuildFolder;
beforeAll(async () => {
  at = await engineRoot();
});
beforeEach(async () => {
  folder = await buildFolder(at);
});
afterEach(async () => {
  await at.cli(["builder", "prune", "-a", "-f"]);
  await at.expectNothingLeft();
});
afterAll(() => at[Symbol.asyncDispose]());

const MEGABYTE = "head -c 1000000 /dev/urandom";

/** Builds stages that no image has a layer of; the cache may take `limit` afterwards. */
async function cacheStep(
  command: string,
  limit: string,
): Promise<{ ran: readonly string[]; stderr: string }> {
  const dockerfile = `FROM ${IMAGE} AS made\nRUN ${command}\nFROM scratch\nCOPY --from=made /etc/passwd /p\n`;
  await folder.write("Dockerfile", dockerfile);
  const words = ["build", "--progress", "plain", "-t", "limited", folder.path];
  const outcome = await at.cli(words, { env: { STRAKE_BUILD_CACHE: limit } });
  return { ran: folder.steps(outcome).ran, stderr: outcome.stderr };
}

/** What of the cache could be freed: bytes that no image has. */
async function privateBytes(): Promise<number> {
  const all = await at.engine.builds.usage({});
  return all.filter(({ shared }) => !shared).reduce((sum, { size }) => sum + size, 0);
}

test("when the cache grows over its limit, the least recently used steps go, and nothing that an image has", async () => {
  for (const name of ["a", "b", "c"]) await cacheStep(`${MEGABYTE} > /${name}`, "10mb");
  expect(await privateBytes()).toBe(3_000_000);
  expect((await cacheStep(`${MEGABYTE} > /a`, "10mb")).ran).toEqual([]);
  const { ran } = await cacheStep(`${MEGABYTE} > /d`, "3.5MB");
  expect(ran).toContain(`RUN ${MEGABYTE} > /d`);
  expect(await privateBytes()).toBe(3_000_000);
  // The one that was used again stayed, and the oldest of the others went.
  expect((await cacheStep(`${MEGABYTE} > /a`, "10mb")).ran).toEqual([]);
  expect((await cacheStep(`${MEGABYTE} > /c`, "10mb")).ran).toEqual([]);
  expect((await cacheStep(`${MEGABYTE} > /b`, "10mb")).ran).toEqual([`RUN ${MEGABYTE} > /b`]);
});

test("a step stays as long as a newer one that stands on it", async () => {
  const below = `${MEGABYTE} > /below`;
  const both = `${below}\nRUN ${MEGABYTE} > /above`;
  await cacheStep(both, "10mb");
  await cacheStep(`${MEGABYTE} > /other`, "10mb");
  expect((await cacheStep(both, "10mb")).ran).toEqual([]);
  await cacheStep("true", "2.5mb");
  expect(await privateBytes()).toBe(2_000_000);
  expect((await cacheStep(both, "10mb")).ran).toEqual([]);
});

test("the folders of cache mounts count too, and go when they are the oldest", async () => {
  await cacheStep(`--mount=type=cache,target=/c ${MEGABYTE} > /c/f`, "10mb");
  const mounts = () => at.store.rows("SELECT 1 FROM cache_mounts").length;
  expect(mounts()).toBe(1);
  await cacheStep("true", "1.5mb");
  expect(mounts()).toBe(1);
  await cacheStep("true", "0.5mb");
  expect(mounts()).toBe(0);
});

test("a limit that is no size is told before anything is built", async () => {
  const { ran, stderr } = await cacheStep("true", "much");
  expect(ran).toEqual([]);
  expect(stderr).toContain('STRAKE_BUILD_CACHE: invalid size: "much"');
});

test("the layers of steps that ran again without the cache go with what replaced them", async () => {
  const layers = () => at.store.rows("SELECT 1 FROM layers").length;
  const dockerfile = `FROM ${IMAGE} AS made\nRUN ${MEGABYTE} > /f\nFROM scratch\nCOPY --from=made /etc/passwd /p\n`;
  await folder.build(["-t", "again"], dockerfile);
  const before = layers();
  for (let at = 0; at < 3; at++) await folder.build(["-t", "again", "--no-cache"]);
  expect(layers()).toBe(before);
});
