import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ContainerRecord, openEngine, type RestartPolicy } from "../../src/engine/index.ts";
import { openPidfd, tryLock, waitPidfd } from "../../src/host/index.ts";
import { type EngineRoot, engineRoot } from "../support/engine-root.ts";
import { lastOf } from "../support/last-of.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

const policy = (Name: RestartPolicy["Name"], MaximumRetryCount = 0) => ({
  hostConfig: { RestartPolicy: { Name, MaximumRetryCount } },
});
const SLEEP = ["sleep", "1000"];
/** Sleeps for good in its second run, and fails in its first. */
const SECOND = ["sh", "-c", "test -e /ran && exec sleep 1000; touch /ran; exit 8"];
const isUp = ({ state }: ContainerRecord) => state.status === "running";
const rests = ({ state }: ContainerRecord) => state.status === "restarting";

function livePid({ state }: ContainerRecord): number {
  if (state.status !== "running") throw new Error(`it is ${state.status}`);
  return state.process.pid;
}

/** Kills a process that is no child of ours, and waits until it is gone: the signal alone may take its time. */
async function killAndWait(pid: number): Promise<void> {
  const handle = openPidfd(pid);
  process.kill(pid, "SIGKILL");
  if (handle !== undefined) await waitPidfd(handle);
}

/** The processes that were called back for a container, such as the one that waits to start it again. */
function callbacks(name: string, id: string): number[] {
  return readdirSync("/proc")
    .filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        // The monitor holds the same words as its own arguments.
        return (
          words.includes("internal") &&
          words.includes(name) &&
          words.includes(id) &&
          !words.includes("--exit-command")
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/**
 * Holds the process still that waits with the restart of a container, at least the third, and returns what lets it
 * go on; meanwhile the container waits for its restart.
 */
async function holdRestart(id: string): Promise<{ readonly pid: number; readonly release: () => void }> {
  for (;;) {
    await at.until(id, (record) => rests(record) && record.restartCount >= 2);
    for (const pid of callbacks("exited", id)) {
      const release = await pauseProcess(pid);
      if (release === undefined) continue;
      // One that is about to start it holds the lock, one that is busy with the store holds that.
      const lock = tryLock(join(at.store.run, "locks", `container-${id}`));
      lock?.release();
      if (lock !== undefined && isStoreFree() && rests(await at.record(id))) return { pid, release };
      release();
    }
  }
}

/** Resolves with what lets the process go on; undefined when it has ended. */
async function pauseProcess(pid: number): Promise<(() => void) | undefined> {
  try {
    process.kill(pid, "SIGSTOP");
    for (;;) {
      const [, state = ""] = /^State:\t(.)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      if ("ZX".includes(state)) return undefined;
      if (state === "T") return () => void process.kill(pid, "SIGCONT");
      await Bun.sleep(5);
    }
  } catch {
    return undefined;
  }
}

function isStoreFree(): boolean {
  using database = new Database(join(at.store.root, "strake.db"));
  try {
    database.run("PRAGMA busy_timeout = 0");
    database.run("BEGIN IMMEDIATE");
    database.run("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

test("on-failure tries as often as it may, ever slower, and then gives up", async () => {
  const before = performance.now();
  const id = await at.start(["sh", "-c", "echo run; exit 5"], policy("on-failure", 2));
  const end = await at.until(
    id,
    ({ state, restartCount }) => state.status === "exited" && restartCount === 2,
  );
  expect(end).toMatchObject({ exitCode: 5, restartCount: 2 });
  // 100 and 200 milliseconds of waiting at least.
  expect(performance.now() - before).toBeGreaterThan(300);
  expect(await at.logs(id)).toBe("run\nrun\nrun\n");
});

test("on-failure is content with a success", async () => {
  const id = await at.start(
    ["sh", "-c", "test -e /ran && exit 0; touch /ran; exit 8"],
    policy("on-failure", 5),
  );
  expect(await at.until(id, ({ state }) => state.status === "exited")).toMatchObject({
    exitCode: 0,
    restartCount: 1,
  });
});

test("always comes back when its process is killed from outside; the user's start counts anew", async () => {
  const id = await at.start(SLEEP, policy("always"));
  const pid = livePid(await at.record(id));
  process.kill(pid, "SIGKILL");
  const again = await at.until(id, (record) => isUp(record) && record.restartCount === 1);
  expect(livePid(again)).not.toBe(pid);
  await at.engine.containers.restart(id, { timeout: 0 });
  expect(await at.record(id)).toMatchObject({ state: { status: "running" }, restartCount: 0 });
});

test.each(["always", "unless-stopped"] as const)("%s stays down after stop and after kill", async (name) => {
  const id = await at.start(SLEEP, policy(name));
  await at.engine.containers.stop(id, { timeout: 0 });
  expect(await at.record(id)).toMatchObject({ state: { status: "exited" }, stoppedByUser: true });
  await at.engine.containers.start(id);
  await at.engine.containers.kill(id);
  expect(await at.record(id)).toMatchObject({ state: { status: "exited" }, restartCount: 0 });
});

/** A container that fails in each of its runs until `stay` is called. */
async function startFailing(): Promise<{ readonly id: string; readonly stay: () => void }> {
  const flags = mkdtempSync(join(at.root.path, "flags-"));
  const { hostConfig } = policy("always");
  const id = await at.start(["sh", "-c", "test -e /flags/stay && exec sleep 1000; exit 1"], {
    hostConfig: { ...hostConfig, Binds: [`${flags}:/flags`] },
  });
  return { id, stay: () => writeFileSync(join(flags, "stay"), "") };
}

test("a container that waits for its restart can be stopped, and started at once", async () => {
  const { id, stay } = await startFailing();
  const { release } = await holdRestart(id);
  expect((await at.engine.containers.inspect(id)).status).toMatch(/^Restarting \(1\) /);
  expect(await at.record(id)).toMatchObject({ exitCode: 1 });
  await at.engine.containers.stop(id).catch(() => {});
  expect(await at.record(id)).toMatchObject({ state: { status: "exited" } });
  release();
  stay();
  await at.engine.containers.start(id);
  expect(await at.record(id)).toMatchObject({ state: { status: "running" }, restartCount: 0 });
});

test("rm refuses a container that waits for its restart, rm -f removes it and its restart never comes", async () => {
  const { id } = await startFailing();
  const { release } = await holdRestart(id);
  await expect(at.engine.containers.remove(id)).rejects.toThrow(
    "container is restarting: stop the container",
  );
  await at.engine.containers.remove(id, { force: true });
  release();
  await expect(at.engine.containers.inspect(id)).rejects.toThrow("No such container");
});

test("when the process that waits with the restart is killed, the next command sees to it", async () => {
  const { id, stay } = await startFailing();
  const { pid } = await holdRestart(id);
  expect(await lastOf(() => callbacks("exited", id).filter((other) => other !== pid))).toEqual([]);
  const { restartCount } = await at.record(id);
  stay();
  await killAndWait(pid);
  expect((await at.cli(["images"])).exitCode).toBe(0);
  expect(await at.until(id, isUp)).toMatchObject({ restartCount: restartCount + 1 });
});

test("when monitor and process are killed together, the next look finds the end and the policy holds", async () => {
  const kept = await at.start(SLEEP);
  const back = await at.start(SECOND, policy("on-failure"));
  await at.until(back, (record) => isUp(record) && record.restartCount === 1);
  for (const id of [kept, back]) {
    const { state } = await at.until(id, isUp);
    if (state.status !== "running") throw new Error("it does not run");
    process.kill(state.process.monitorPid, "SIGKILL");
    process.kill(state.process.pid, "SIGKILL");
    await at.engine.containers.wait(id, "next-exit");
  }
  expect(await at.record(kept)).toMatchObject({ state: { status: "exited" }, exitCode: 255 });
  await at.engine.containers.list({ all: true });
  expect(await at.until(back, isUp)).toMatchObject({ restartCount: 2 });
});

test("after a reboot the next command shows what ended, and brings back what is to come back", async () => {
  const ids = {
    plain: await at.start(SLEEP),
    always: await at.start(SLEEP, policy("always")),
    unless: await at.start(SLEEP, policy("unless-stopped")),
    stoppedAlways: await at.start(SLEEP, policy("always")),
    stoppedUnless: await at.start(SLEEP, policy("unless-stopped")),
    never: await at.create(SLEEP, policy("always")),
    gone: await at.start(SLEEP, { hostConfig: { AutoRemove: true } }),
  };
  await at.engine.containers.stop(ids.stoppedAlways, { timeout: 0 });
  await at.engine.containers.stop(ids.stoppedUnless, { timeout: 0 });
  await reboot();
  const engine = await openEngine({ root: at.store.root, run: at.store.run });
  try {
    for (const id of [ids.always, ids.unless, ids.stoppedAlways]) await at.until(id, isUp);
    const states = await Promise.all(
      Object.values(ids).map(
        async (id) => (await at.engine.containers.inspect(id).catch(() => undefined))?.record,
      ),
    );
    expect(states.map((record) => record?.state.status)).toEqual([
      "exited",
      "running",
      "running",
      "running",
      "exited",
      "created",
      undefined,
    ]);
    expect(states[0]).toMatchObject({ exitCode: 255 });
  } finally {
    await engine.close();
  }
});

/** What is left when the machine goes down: only the root folder. */
async function reboot(): Promise<void> {
  const all = await at.engine.containers.list({});
  for (const { record } of all) {
    if (record.state.status !== "running") continue;
    await killAndWait(record.state.process.monitorPid);
    await killAndWait(record.state.process.pid);
  }
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((target) => target.startsWith(`${at.store.run}/`));
  for (const target of mounts) await Bun.spawn(["umount", "-l", target]).exited;
  const runtime = join(at.store.run, "runtime");
  for (const id of existsSync(runtime) ? readdirSync(runtime) : []) {
    await Bun.spawn(["runc", "--root", runtime, "delete", "--force", id], { stderr: "ignore" }).exited;
  }
  rmSync(at.store.run, { recursive: true });
}
