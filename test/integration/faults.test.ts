import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { everyCgroupFolder } from "../../src/host/index.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { lastOf } from "../support/last-of.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

/** Cgroups of containers that are still there. */
function cgroups(ids: readonly string[]): string[] {
  return ids.flatMap((id) => [...everyCgroupFolder(`/strake/${id}`)]).filter((folder) => existsSync(folder));
}

/** Command lines of the processes that name `text`. */
function processesNaming(text: string): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return words.includes(text) ? [words] : [];
    } catch {
      return [];
    }
  });
}

/** Milliseconds that a command takes from its start to its end here and now. */
async function duration(words: readonly string[]): Promise<number> {
  const before = performance.now();
  await at.cli(words);
  return performance.now() - before;
}

const ROUNDS = 20;

test.each([
  ["created with --rm", ["--rm"]],
  ["kept", []],
])("whenever a run is killed, the next command makes good what it left: %s", async (_, flags) => {
  for (let round = 0; round < ROUNDS; round++) {
    const child = at.spawn(["run", ...flags, "--network", "bridge", IMAGE, "sleep", "0.2"]);
    await Bun.sleep(20 + Math.random() * 200);
    child.kill("SIGKILL");
    await child.exited;
  }
  const ids = at.store
    .rows<{ actor: string }>("SELECT DISTINCT actor FROM events WHERE action = 'create'")
    .map(({ actor }) => actor);
  expect((await at.cli(["version"])).exitCode).toBe(0);
  expect((await at.cli(["images"])).exitCode).toBe(0);
  for (const { record } of await at.engine.containers.list({ all: true })) {
    if (record.state.status === "running") await at.engine.containers.wait(record.id, "not-running");
  }
  expect(at.store.rows("SELECT kind FROM leases")).toEqual([]);
  for (const { record } of await at.engine.containers.list({ all: true })) {
    expect(["created", "exited"]).toContain(record.state.status);
    await at.engine.containers.remove(record.id);
  }
  await at.expectNothingLeft();
  expect(cgroups(ids)).toEqual([]);
  // A monitor gives an attached run two seconds to clean up itself; it then ends.
  expect(await lastOf(() => processesNaming(`${at.store.run}/containers/`))).toEqual([]);
});

test("ten runs at once all give their own output", async () => {
  const numbers = Array.from({ length: 10 }, (_, n) => n);
  const answers = await Promise.all(
    numbers.map((n) =>
      at.cli(["run", "--rm", "--network", "none", IMAGE, "sh", "-c", `echo ${n}; exit ${n}`]),
    ),
  );
  expect(answers).toEqual(numbers.map((n) => ({ exitCode: n, stdout: `${n}\n`, stderr: "" })));
});

test("start and rm -f of one container at the same time end with it gone", async () => {
  for (let round = 0; round < 3; round++) {
    const id = await at.create(["sleep", "1000"]);
    const [started, removed] = await Promise.all([at.cli(["start", id]), at.cli(["rm", "-f", id])]);
    expect(removed.exitCode).toBe(0);
    expect([0, 1]).toContain(started.exitCode);
    expect((await at.cli(["inspect", id])).exitCode).toBe(1);
  }
});

test("two starts at the same time start it once", async () => {
  const id = await at.create(["sleep", "1000"]);
  const both = await Promise.all([at.cli(["start", id]), at.cli(["start", id])]);
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const starts = at.store.rows("SELECT seq FROM events WHERE actor = ? AND action = 'start'", id);
  expect(starts).toHaveLength(1);
});

test("two removals at the same time: one does it, the other at worst finds nothing", async () => {
  const id = await at.start(["sleep", "1000"]);
  const both = await Promise.all([at.cli(["rm", "-f", id]), at.cli(["rm", "-f", id])]);
  expect(both.map(({ exitCode }) => exitCode)).toContain(0);
  const destroyed = at.store.rows("SELECT seq FROM events WHERE actor = ? AND action = 'destroy'", id);
  expect(destroyed).toHaveLength(1);
});

test("a removal that is killed is finished by the next command", async () => {
  const ids = await Promise.all([1, 2, 3, 4, 5].map(() => at.create(["true"])));
  const whole = await duration(["rm", await at.create(["true"])]);
  for (const [n, id] of ids.entries()) {
    const child = at.spawn(["rm", id]);
    await Bun.sleep(whole * (0.5 + n / 10));
    child.kill("SIGKILL");
    await child.exited;
  }
  await at.cli(["images"]);
  const states = (await at.engine.containers.list({ all: true })).map(({ record }) => record.state.status);
  expect(states.filter((state) => state !== "created")).toEqual([]);
});

test("an exec that is killed leaves the container alone, and nothing of itself", async () => {
  const id = await at.start(["sleep", "1000"]);
  const words = ["exec", id, "sleep", "0.1"];
  const whole = await duration(words);
  for (let round = 0; round < 8; round++) {
    const child = at.spawn(words);
    await Bun.sleep((whole * (round + Math.random())) / 8);
    child.kill("SIGKILL");
    await child.exited;
  }
  await at.cli(["images"]);
  expect(await at.record(id)).toMatchObject({ state: { status: "running" } });
  expect(await at.cli(["exec", id, "echo", "well"])).toMatchObject({ stdout: "well\n" });
});

test("a container whose commit is killed goes on", async () => {
  const id = await at.start(["sh", "-c", "head -c 30000000 /dev/urandom > /big; echo ready; sleep 1000"]);
  for await (const _ of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) break;
  let child: ReturnType<EngineRoot["spawn"]>;
  // A commit that came to its end before it was seen is done once more.
  do {
    child = at.spawn(["commit", id]);
    const paused = at.until(id, ({ state }) => state.status === "paused").catch(() => undefined);
    await Promise.race([paused, child.exited]);
    child.kill("SIGKILL");
    await child.exited;
  } while (child.signalCode === null);
  expect((await at.cli(["images"])).exitCode).toBe(0);
  expect(await at.record(id)).toMatchObject({ state: { status: "running" } });
});

test("an image that is not there is named, and nothing is made", async () => {
  const { exitCode, stderr } = await at.cli(["run", "nothere:1", "true"]);
  expect(exitCode).toBe(125);
  expect(stderr).toContain("nothere:1");
});

test("when the run folder of a container that has ended is lost, it starts again all the same", async () => {
  const id = await at.start(["sh", "-c", "echo run"]);
  await at.engine.containers.wait(id, "not-running");
  rmSync(at.store.run, { recursive: true });
  expect(await at.cli(["start", "-a", id])).toMatchObject({ exitCode: 0, stdout: "run\n" });
});
