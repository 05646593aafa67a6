import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as host from "./index.ts";

const base = mkdtempSync(join(tmpdir(), "strake-processes-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const openFds = (): number => {
  const fd = host.openAt(host.AT_FDCWD, "/proc/self/fd", host.O_DIRECTORY);
  const count = host.readDir(fd).length;
  host.closeFd(fd);
  return count;
};

test("a lock is refused to others while it is held and free after its release", async () => {
  const path = join(base, "lock");
  const held = await host.acquireLock(path);
  expect(host.tryLock(path)).toBeUndefined();
  expect(host.tryLock(path, { shared: true })).toBeUndefined();
  held.release();
  held.release();
  const shared = host.tryLock(path, { shared: true });
  expect(host.tryLock(path, { shared: true })?.release()).toBeUndefined();
  expect(host.tryLock(path)).toBeUndefined();
  shared?.release();
});

test("waiting for a lock leaves the event loop free and ends with the release", async () => {
  const path = join(base, "contended");
  const held = await host.acquireLock(path);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  setTimeout(() => held.release(), 100);
  const next = await host.acquireLock(path);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  expect(host.tryLock(path)).toBeUndefined();
  next.release();
});

test("a wait for a lock can be given up, and leaves no descriptor", async () => {
  const path = join(base, "given-up");
  const held = await host.acquireLock(path);
  const before = openFds();
  await expect(host.acquireLock(path, { signal: AbortSignal.timeout(30) })).rejects.toMatchObject({
    kind: "cancelled",
  });
  expect(openFds()).toBeLessThanOrEqual(before);
  held.release();
  host.tryLock(path)?.release();
});

test("a lock ends with the process that held it", async () => {
  const path = join(base, "orphan");
  const room = new URL("./index.ts", import.meta.url).pathname;
  const code = `import { acquireLock } from ${JSON.stringify(room)}; await acquireLock(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1000);`;
  const child = Bun.spawn([process.execPath, "-e", code], { stdout: "pipe" });
  await child.stdout.getReader().read();
  expect(host.tryLock(path)).toBeUndefined();
  child.kill("SIGKILL");
  (await host.acquireLock(path)).release();
});

test("the end of a process that is no child of ours is noticed when it happens", async () => {
  const shell = Bun.spawn(["sh", "-c", "sleep 1000 >/dev/null & echo $!"], { stdout: "pipe" });
  const pid = Number(await new Response(shell.stdout.pipeThrough(firstLine())).text());
  const pidfd = host.openPidfd(pid);
  const before = openFds();
  const started = performance.now();
  setTimeout(() => process.kill(pid, "SIGKILL"), 200);
  expect(await host.waitPidfd(pidfd ?? -1)).toBe(true);
  expect(performance.now() - started).toBeGreaterThan(150);
  expect(existsSync(`/proc/${pid}`) && host.processStartTime(pid) !== undefined).toBe(false);
  expect(openFds()).toBeLessThan(before);
});

test("a wait for a process can be given up", async () => {
  const child = Bun.spawn(["sleep", "10"]);
  const pidfd = host.openPidfd(child.pid);
  expect(await host.waitPidfd(pidfd ?? -1, { signal: AbortSignal.timeout(20) })).toBe(false);
  const again = host.openPidfd(child.pid) ?? -1;
  expect(host.pidfdSendSignal(again, 9)).toBe(true);
  await child.exited;
  expect(host.pidfdSendSignal(again, 9)).toBe(false);
  host.closeFd(again);
});

test("a process is told from a later one with the same number", () => {
  const start = host.processStartTime(process.pid) ?? 0n;
  expect([host.isSameProcess(process.pid, start), host.isSameProcess(process.pid, start + 1n)]).toEqual([
    true,
    false,
  ]);
  expect(host.processStartTime(2 ** 22 + 1)).toBeUndefined();
});

test("a change in a watched folder is noticed, also one from before the question", async () => {
  const watch = host.watchFolder(base);
  writeFileSync(join(base, "early"), "");
  await watch.changed();
  setTimeout(() => writeFileSync(join(base, "late"), ""), 20);
  await watch.changed();
  const waiting = watch.changed();
  watch.close();
  await waiting;
  expect(existsSync(join(base, "late"))).toBe(true);
});

test("a command's output, exit code and signal are results", async () => {
  const script = "cat; echo err >&2; exit 3";
  expect(await host.run(["sh", "-c", script], { stdin: "in" })).toEqual({
    exitCode: 3,
    stdout: "in",
    stderr: "err\n",
  });
  expect((await host.run(["sh", "-c", "kill -9 $$"])).exitCode).toBe(137);
  expect(host.runSync(["sh", "-c", "echo $A; kill -15 $$"], { env: { A: "b" } })).toEqual({
    exitCode: 143,
    stdout: "b\n",
    stderr: "",
  });
});

test("output beyond the bound is dropped and the command still ends", async () => {
  const { exitCode, stdout } = await host.run(["head", "-c", "20000000", "/dev/zero"]);
  expect([exitCode, stdout.length]).toEqual([0, 16 * 1024 * 1024]);
});

test("a command that cannot start is an error, and an aborted one is cancelled", async () => {
  await expect(host.run(["no-such-program-here"])).rejects.toMatchObject({ kind: "unavailable" });
  await expect(host.run(["sleep", "10"], { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
    kind: "cancelled",
  });
});

test("the counters of a cgroup are read, and one that is gone is not there", () => {
  const stats = host.readCgroupStats(host.cgroupFoldersOf(process.pid));
  expect(stats?.memory.usage).toBeGreaterThan(0);
  expect(host.readCgroupStats(host.cgroupFolders("/no-such-cgroup"))).toBeUndefined();
});

function firstLine(): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      controller.terminate();
    },
  });
}

test("a process stays in its cgroup when it prepares the kernel for moves of others", async () => {
  const before = [...host.cgroupFoldersOf(process.pid)];
  host.prepareCgroupMove();
  await Bun.sleep(50);
  expect([...host.cgroupFoldersOf(process.pid)]).toEqual(before);
});

test.each(["before the wait", "at once", "later"])(
  "the end of a pipe without data wakes who waits: %s",
  async (moment) => {
    const [from, to] = host.openPipe();
    if (moment === "before the wait") host.closeFd(to);
    const wait = host.waitReadable(from);
    if (moment === "at once") host.closeFd(to);
    if (moment === "later") setImmediate(() => host.closeFd(to));
    await wait.ready;
    expect(host.readAvailable(from, new Uint8Array(1))).toBe(0);
    host.closeFd(from);
  },
);

test("a wait for data that is given up ends and leaves no descriptor", async () => {
  const [from, to] = host.openPipe();
  const before = openFds();
  for (let round = 0; round < 20; round++) {
    const wait = host.waitReadable(from);
    wait.cancel();
    await wait.ready;
  }
  await Bun.sleep(0);
  expect(openFds()).toBe(before);
  host.closeFd(from);
  host.closeFd(to);
});
