import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { tryLock } from "../../src/host/index.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { watches } from "../support/watches.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

const SLEEP = ["sleep", "1000"];
/** Ends at once on SIGTERM with 3, and says when it is ready for that. */
const POLITE = ["sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done"];
const DEAF = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"];

async function ready(cmd: readonly string[], request?: Parameters<EngineRoot["start"]>[1]): Promise<string> {
  const id = await at.start(cmd, request);
  for await (const _ of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) break;
  return id;
}

test.each([
  ["true", 0],
  ["exit 7", 7],
  ["sh -c 'kill -9 $$'; exit $?", 137],
  ["kill -TERM $$", 0],
])("run of `%s` hands back the exit status and, with --rm, leaves nothing", async (script, code) => {
  const { exitCode } = await at.cli(["run", "--rm", "--network", "none", IMAGE, "sh", "-c", script]);
  expect(exitCode).toBe(code);
  expect(await at.engine.containers.list({ all: true })).toEqual([]);
});

test("a program that is not there is 127, one that cannot be run 126, a bad flag 125; --rm leaves nothing of them", async () => {
  const run = (...words: string[]) => at.cli(["run", "--rm", "--network", "none", ...words]);
  expect(await run(IMAGE, "nothere")).toMatchObject({
    exitCode: 127,
    stderr: expect.stringContaining("executable file not found in $PATH"),
  });
  expect(await run(IMAGE, "/etc/passwd")).toMatchObject({
    exitCode: 126,
    stderr: expect.stringContaining("permission denied"),
  });
  expect(await run("--memory", "1", IMAGE, "true")).toMatchObject({ exitCode: 125 });
  expect(await run("nothere:at-all", "true")).toMatchObject({ exitCode: 125 });
  expect(await at.engine.containers.list({ all: true })).toEqual([]);
});

test("stop lets a process end by itself and kills one that does not", async () => {
  const polite = await ready(POLITE);
  await at.engine.containers.stop(polite);
  expect(await at.record(polite)).toMatchObject({ state: { status: "exited" }, exitCode: 3 });
  const deaf = await ready(DEAF);
  const before = performance.now();
  await at.engine.containers.stop(deaf, { timeout: 1 });
  expect(performance.now() - before).toBeGreaterThan(990);
  expect(await at.record(deaf)).toMatchObject({ state: { status: "exited" }, exitCode: 137 });
  await expect(at.engine.containers.stop(deaf)).rejects.toMatchObject({ kind: "notModified" });
  await at.engine.containers.remove(polite);
  await at.engine.containers.remove(deaf);
});

test("stop of a paused container lets it go on to end by itself", async () => {
  const id = await ready(POLITE);
  await at.engine.containers.pause(id);
  await at.engine.containers.stop(id);
  expect(await at.record(id)).toMatchObject({ state: { status: "exited" }, exitCode: 3 });
  await at.engine.containers.remove(id);
});

test("stop, kill and rm tell apart what runs, is paused and has ended", async () => {
  const { containers } = at.engine;
  const id = await at.start(SLEEP, { name: "states" });
  expect(await at.record(id)).toMatchObject({ state: { status: "running" } });
  await expect(containers.start(id)).rejects.toMatchObject({ kind: "notModified" });
  await expect(containers.remove("states")).rejects.toMatchObject({
    kind: "conflict",
    message:
      'cannot remove container "states": container is running: stop the container before removing or force remove',
  });
  await containers.pause("states");
  expect(await at.record(id)).toMatchObject({ state: { status: "paused" } });
  await expect(containers.pause(id)).rejects.toThrow(/is already paused$/);
  await expect(containers.start(id)).rejects.toThrow("cannot start a paused container, try unpause instead");
  await expect(containers.remove(id)).rejects.toThrow("container is paused and must be unpaused first");
  await containers.unpause("states");
  await expect(containers.unpause(id)).rejects.toThrow(`Container ${id} is not paused`);
  await containers.kill(id, "KILL");
  expect(await at.record(id)).toMatchObject({ state: { status: "exited" }, exitCode: 137 });
  await expect(containers.kill(id)).rejects.toThrow(
    `cannot kill container: ${id}: container ${id} is not running`,
  );
  await expect(containers.pause(id)).rejects.toThrow(`container ${id} is not running`);
  await containers.start(id);
  await containers.restart(id, { timeout: 0 });
  expect(await at.record(id)).toMatchObject({ state: { status: "running" } });
  await containers.pause(id);
  await containers.remove(id, { force: true });
  await expect(containers.inspect(id)).rejects.toThrow("No such container");
});

test("a name is taken once, a rename frees it, a unique prefix of an ID is enough", async () => {
  const { containers } = at.engine;
  const id = await at.create(["true"], { name: "one" });
  await expect(at.create(["true"], { name: "one" })).rejects.toThrow(
    `Conflict. The container name "/one" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
  await containers.rename("one", "two");
  const other = await at.create(["true"], { name: "one" });
  const common = [...id].findIndex((digit, n) => digit !== other[n]);
  expect((await at.record(id.slice(0, common + 1))).id).toBe(id);
  if (common > 0) {
    await expect(containers.inspect(id.slice(0, common))).rejects.toThrow(
      "multiple IDs found with provided prefix",
    );
  }
  await expect(containers.rename("one", "two")).rejects.toMatchObject({ kind: "conflict" });
  await Promise.all([containers.remove(id), containers.remove(other)]);
});

test("a signal to a container that is being started reaches it", async () => {
  const id = await at.create(SLEEP);
  const started = at.engine.containers.start(id);
  const lock = join(at.store.run, "locks", `container-${id}`);
  for (let held = tryLock(lock); held !== undefined; held = tryLock(lock)) {
    held.release();
    await Bun.sleep(1);
  }
  await at.engine.containers.kill(id);
  await started;
  expect(await at.record(id)).toMatchObject({ state: { status: "exited" }, exitCode: 137 });
  await at.engine.containers.remove(id);
});

test("a kill with another signal than the last reaches the process", async () => {
  const id = await ready(["sh", "-c", "trap 'echo got usr1' USR1; echo ready; while :; do sleep 0.1; done"]);
  await at.engine.containers.kill(id, "USR1");
  for await (const { data } of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) {
    if (Buffer.from(data).toString() === "got usr1\n") break;
  }
  await expect(at.engine.containers.kill(id, "NOPE")).rejects.toMatchObject({ kind: "invalidArgument" });
  await at.engine.containers.remove(id, { force: true });
});

test("another process that waits gets the exit code, of a container with --rm too", async () => {
  const id = await at.start(["sh", "-c", "until test -e /go; do sleep 0.1; done; exit 3"], {
    hostConfig: { AutoRemove: true },
  });
  const waiting = at.spawn(["wait", id]);
  const removed = at.engine.containers.wait(id, "removed");
  const next = at.engine.containers.wait(id, "next-exit");
  await watches(waiting.pid);
  await at.cli(["exec", id, "touch", "/go"]);
  expect(await new Response(waiting.stdout).text()).toBe("3\n");
  expect(await Promise.all([removed, next])).toEqual([3, 3]);
});

test("a wait for the next exit sleeps through the time before the start", async () => {
  const id = await at.create(["sh", "-c", "exit 4"]);
  const next = at.engine.containers.wait(id, "next-exit");
  expect(await at.engine.containers.wait(id, "not-running")).toBe(0);
  await at.engine.containers.start(id);
  expect(await next).toBe(4);
  await at.engine.containers.remove(id);
});

test("a container that could not start says why and can be removed", async () => {
  const id = await at.create(["nothere"]);
  await expect(at.engine.containers.start(id)).rejects.toThrow("executable file not found");
  expect(await at.record(id)).toMatchObject({
    state: { status: "created" },
    exitCode: 127,
    error: expect.stringContaining("executable file not found"),
  });
  await at.engine.containers.remove(id);
});

test("everything happens in the order that the events tell", async () => {
  const { containers, system } = at.engine;
  const since = BigInt(Date.now()) * 1_000_000n;
  const id = await ready(POLITE, { name: "told" });
  await containers.stop(id);
  await containers.remove(id);
  const events = system.events({
    since,
    until: BigInt(Date.now() + 1) * 1_000_000n,
    filters: { container: ["told"] },
  });
  const told = await Array.fromAsync(events);
  expect(told.map(({ action }) => action)).toEqual(["create", "start", "kill", "die", "stop", "destroy"]);
  expect(told[3]?.attributes).toMatchObject({ exitCode: "3", image: IMAGE, name: "told" });
});
