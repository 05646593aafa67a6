import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../src/base/index.ts";
import { cgroupFolders, processStartTime } from "../../src/host/index.ts";
import type { Attachment, CreateProcess, Exit, RunningProcess, Runtime } from "../../src/runtime/index.ts";
import { openRuntime } from "../../src/runtime/index.ts";
import { bundleSpec, makeBusyboxRoot, processSpec } from "../support/runtime-bundle.ts";

setDefaultTimeout(60_000);

const base = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "strake-runtime-"));
const rootfs = join(base, "rootfs");
const exitFolder = join(base, "run", "exits");
const ids: string[] = [];
let runtime: Runtime;

beforeAll(() => {
  makeBusyboxRoot(rootfs);
  mkdirSync(exitFolder, { recursive: true });
  mkdirSync(join(base, "root"));
  runtime = openRuntime({ root: join(base, "root"), run: join(base, "run") });
});

afterAll(async () => {
  for (const id of ids) await runtime.delete(id, { force: true });
  // On a machine with hybrid cgroups the runtime uses the unified tree too.
  for (const folder of [...cgroupFolders("/strake-test").values(), "/sys/fs/cgroup/unified/strake-test"]) {
    if (existsSync(folder)) rmdirSync(folder);
  }
  rmSync(base, { recursive: true, force: true });
});

interface Wanted {
  readonly terminal?: boolean;
  readonly stdin?: boolean;
  readonly memory?: number;
  readonly exitCommand?: readonly string[];
}

interface Container extends CreateProcess {
  readonly process: RunningProcess;
}

function requestFor(args: readonly string[], wanted: Wanted): CreateProcess {
  const id = newId();
  const runFolder = join(base, "run", "containers", id);
  mkdirSync(runFolder, { recursive: true });
  const spec = bundleSpec({
    rootfs,
    cgroup: `/strake-test/${id}`,
    args,
    ...(wanted.terminal === undefined ? {} : { terminal: wanted.terminal }),
    ...(wanted.memory === undefined ? {} : { memory: wanted.memory }),
  });
  writeFileSync(join(runFolder, "config.json"), JSON.stringify(spec));
  ids.push(id);
  return {
    id,
    bundle: runFolder,
    runFolder,
    exitFolder,
    terminal: wanted.terminal ?? false,
    stdin: wanted.stdin ?? false,
    leaveStdinOpen: false,
    logPath: join(base, `${id}.log`),
    logSizeMax: undefined,
    exitCommand: wanted.exitCommand ?? [],
    exitDelay: 0,
  };
}

async function create(args: readonly string[], wanted: Wanted = {}): Promise<Container> {
  const request = requestFor(args, wanted);
  return { ...request, process: await runtime.create(request) };
}

async function start(args: readonly string[], wanted: Wanted = {}): Promise<Container> {
  const container = await create(args, wanted);
  await runtime.start(container.id);
  return container;
}

interface Collected {
  readonly attachment: Attachment;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

async function collect(runFolder: string): Promise<Collected> {
  const parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const attachment = await runtime.attach(runFolder, {
    onOutput: (stream, data) => void parts[stream].push(data),
  });
  return {
    attachment,
    stdout: () => Buffer.concat(parts.stdout).toString(),
    stderr: () => Buffer.concat(parts.stderr).toString(),
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(5);
}

/** A shell's wait for {@link openGate} of the same number. */
const gate = (n: number) => `until test -e /tmp/gate${n}; do sleep 0.05; done`;

function openGate(n: number): void {
  writeFileSync(join(rootfs, "tmp", `gate${n}`), "");
}

const ended = (exitCode: number): Exit => ({ exitCode, oomKilled: false, observed: true });

test("a process's exit code and both of its outputs arrive", async () => {
  const container = await create(["sh", "-c", "echo out; echo err >&2; exit 3"]);
  const seen = await collect(container.runFolder);
  await runtime.start(container.id);
  expect(await runtime.waitExit(container)).toEqual(ended(3));
  await seen.attachment.done;
  expect([seen.stdout(), seen.stderr()]).toEqual(["out\n", "err\n"]);
  expect(readFileSync(container.logPath ?? "", "utf8")).toContain(" stdout F out\n");
});

test("input reaches the process and its end closes the process's stdin", async () => {
  const container = await create(["cat"], { stdin: true });
  const seen = await collect(container.runFolder);
  await runtime.start(container.id);
  const text = "0123456789abcdef".repeat(20_000);
  await seen.attachment.write(Buffer.from(text));
  seen.attachment.closeStdin();
  expect(await runtime.waitExit(container)).toEqual(ended(0));
  await seen.attachment.done;
  expect(seen.stdout() === text).toBe(true);
});

test("a slow reader gets every byte in order", async () => {
  const container = await create(["seq", "1", "200000"]);
  const parts: Uint8Array[] = [];
  const attachment = await runtime.attach(container.runFolder, {
    onOutput: async (_, data) => {
      parts.push(data);
      if (parts.length % 20 === 0) await Bun.sleep(5);
    },
  });
  await runtime.start(container.id);
  await attachment.done;
  const lines = Buffer.concat(parts).toString().trim().split("\n");
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([200_000, "1", "200000"]);
});

test("a sink that fails ends its attachment and not the container", async () => {
  const container = await create(["sh", "-c", `echo one; ${gate(1)}; echo two; exit 4`]);
  const attachment = await runtime.attach(container.runFolder, {
    onOutput: async () => {
      throw new Error("closed");
    },
  });
  await runtime.start(container.id);
  await attachment.done;
  expect(runtime.readExit(container)).toBeUndefined();
  openGate(1);
  expect(await runtime.waitExit(container)).toEqual(ended(4));
});

test("a terminal has the size it was given and a hang-up character works", async () => {
  const script = "until stty size | grep -q '33 99'; do sleep 0.05; done; stty size; cat";
  const container = await create(["sh", "-c", script], { terminal: true, stdin: true });
  const seen = await collect(container.runFolder);
  await runtime.start(container.id);
  await runtime.resize(container.runFolder, 33, 99);
  await until(() => seen.stdout().includes("33 99"));
  await seen.attachment.write(Buffer.from("\x04"));
  expect(await runtime.waitExit(container)).toEqual(ended(0));
});

test("output ends with the process even when the exit command is delayed", async () => {
  const request = { ...requestFor(["echo", "hi"], { exitCommand: ["/bin/true"] }), exitDelay: 1000 };
  const container = { ...request, process: await runtime.create(request) };
  const seen = await collect(container.runFolder);
  const before = performance.now();
  await runtime.start(container.id);
  await seen.attachment.done;
  expect(await runtime.waitExit(container)).toEqual(ended(0));
  expect(performance.now() - before).toBeLessThan(30_000);
  process.kill(container.process.monitorPid, "SIGKILL");
});

test("an additional process has its own output and exit code", async () => {
  const container = await start(["sleep", "100"]);
  const exec = execRequest(container, ["sh", "-c", "echo inner; echo bad >&2; exit 7"]);
  let seen: Collected | undefined;
  const process = await runtime.exec({
    ...exec,
    onAttachable: async () => {
      seen = await collect(exec.runFolder);
    },
  });
  expect(await runtime.waitExit({ ...exec, id: exec.execId, process })).toEqual(ended(7));
  await seen?.attachment.done;
  expect([seen?.stdout(), seen?.stderr()]).toEqual(["inner\n", "bad\n"]);
  expect(runtime.readExit(container)).toBeUndefined();
});

test("an additional process can have a terminal and input", async () => {
  const container = await start(["sleep", "100"]);
  const script = "read a; until stty size | grep '11 22'; do sleep 0.05; done; exit 6";
  const exec = execRequest(container, ["sh", "-c", script], true);
  let seen: Collected | undefined;
  const process = await runtime.exec({
    ...exec,
    onAttachable: async () => {
      seen = await collect(exec.runFolder);
    },
  });
  await runtime.resize(exec.runFolder, 11, 22);
  await seen?.attachment.write(Buffer.from("go\n"));
  expect(await runtime.waitExit({ ...exec, id: exec.execId, process })).toEqual(ended(6));
  await seen?.attachment.done;
  expect(seen?.stdout()).toContain("11 22");
});

test("an additional process without an attachment runs by itself", async () => {
  const container = await start(["sleep", "100"]);
  const exec = execRequest(container, ["sh", "-c", "exit 9"]);
  const process = await runtime.exec(exec);
  expect(await runtime.waitExit({ ...exec, id: exec.execId, process })).toEqual(ended(9));
});

test("an additional program that is missing fails in Docker's words", async () => {
  const container = await start(["sleep", "100"]);
  await expect(runtime.exec(execRequest(container, ["nope"]))).rejects.toMatchObject({
    kind: "invalidArgument",
    message: expect.stringMatching(
      /^OCI runtime exec failed: .*exec: "nope": executable file not found in \$PATH$/,
    ),
  });
});

test("a signal ends the first process, and a second one is refused", async () => {
  const container = await start(["sleep", "100"]);
  await runtime.kill(container.id, 9);
  expect(await runtime.waitExit(container)).toEqual(ended(137));
  await expect(runtime.kill(container.id, 9)).rejects.toMatchObject({ kind: "conflict" });
});

test("a program that is missing fails in Docker's words and leaves no runtime state", async () => {
  const request = requestFor(["nope"], {});
  await expect(runtime.create(request)).rejects.toMatchObject({
    kind: "invalidArgument",
    message: expect.stringMatching(
      /^failed to create task for container: failed to create shim task: OCI runtime create failed: .*exec: "nope": executable file not found in \$PATH$/,
    ),
  });
  expect(existsSync(join(base, "run", "runtime", request.id))).toBe(false);
});

test("a container that takes too much memory is reported as such", async () => {
  const container = await start(["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"], {
    memory: 8 << 20,
  });
  expect(await runtime.waitExit(container)).toEqual({ exitCode: 137, oomKilled: true, observed: true });
});

test("pause and resume stop and continue the processes", async () => {
  const container = await start(["sh", "-c", gate(2)]);
  await runtime.pause(container.id);
  openGate(2);
  await Bun.sleep(500);
  expect(runtime.readExit(container)).toBeUndefined();
  await runtime.resume(container.id);
  expect(await runtime.waitExit(container)).toEqual(ended(0));
});

test("numbers and processes of a running container can be read and limits changed", async () => {
  const container = await start(["sh", "-c", "sleep 100 & sleep 100; true"], { memory: 64 << 20 });
  const { pid } = container.process;
  await until(() => runtime.processes(container.id, pid).length === 3);
  expect(runtime.processes(container.id, pid)).toContain(pid);
  const before = await runtime.stats(container.id, pid);
  expect([before.memoryLimit, before.pids]).toEqual([64 << 20, 3]);
  await runtime.update(container.id, { memory: { limit: 128 << 20, swap: 128 << 20 } });
  expect((await runtime.stats(container.id, pid)).memoryLimit).toBe(128 << 20);
});

test("a container that is deleted leaves neither state nor cgroup, and a second time is fine", async () => {
  const container = await start(["true"]);
  await runtime.waitExit(container);
  await runtime.delete(container.id);
  await runtime.delete(container.id);
  expect(existsSync(join(base, "run", "runtime", container.id))).toBe(false);
  expect(existsSync(`/sys/fs/cgroup/memory/strake-test/${container.id}`)).toBe(false);
});

test("a running container is deleted only by force", async () => {
  const container = await start(["sleep", "100"]);
  await expect(runtime.delete(container.id)).rejects.toMatchObject({ kind: "internal" });
  await runtime.delete(container.id, { force: true });
  expect(await runtime.waitExit(container)).toEqual(ended(137));
});

test("a container outlives the process that started it, and its exit command runs", async () => {
  const mark = join(base, "mark");
  const request = requestFor(["sh", "-c", gate(3)], {
    exitCommand: ["/bin/sh", "-c", `echo done > ${mark}`],
  });
  const script = join(base, "starter.ts");
  const room = new URL("../../src/runtime/index.ts", import.meta.url).pathname;
  writeFileSync(
    script,
    `import { openRuntime } from ${JSON.stringify(room)};
     const runtime = openRuntime(${JSON.stringify({ root: join(base, "root"), run: join(base, "run") })});
     const process = await runtime.create(${JSON.stringify(request)});
     await runtime.start(${JSON.stringify(request.id)});
     console.log(JSON.stringify({ ...process, monitorStartTime: String(process.monitorStartTime) }));`,
  );
  const starter = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "inherit" });
  const said = JSON.parse(await new Response(starter.stdout).text());
  expect(await starter.exited).toBe(0);
  const container = { ...request, process: { ...said, monitorStartTime: BigInt(said.monitorStartTime) } };
  expect(runtime.readExit(container)).toBeUndefined();
  openGate(3);
  expect(await runtime.waitExit(container)).toEqual(ended(0));
  await until(() => existsSync(mark));
});

test("the end of a monitor without a word is noticed at once", async () => {
  const container = await start(["sleep", "100"]);
  const waiting = runtime.waitExit(container);
  process.kill(container.process.monitorPid, "SIGKILL");
  expect(await waiting).toEqual({ exitCode: 255, oomKilled: false, observed: false });
});

test("a wait that is given up ends with kind cancelled", async () => {
  const container = await start(["sleep", "100"]);
  const abort = new AbortController();
  const waiting = runtime.waitExit(container, { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ kind: "cancelled" });
});

test("no descriptor of ours and no stdio of the caller is open in the monitor or the container", async () => {
  const container = await create(["ls", "-l", "/proc/self/fd"]);
  const seen = await collect(container.runFolder);
  expect(processStartTime(container.process.monitorPid)).toBe(container.process.monitorStartTime);
  const monitor = Bun.spawnSync(["ls", "-l", `/proc/${container.process.monitorPid}/fd`]).stdout.toString();
  expect(monitor).not.toMatch(/runtime\.test|\.db|dev\/pts|\/bun/);
  await runtime.start(container.id);
  await seen.attachment.done;
  const fds = [...seen.stdout().matchAll(/ (\d+) -> /g)].map(([, fd]) => Number(fd));
  expect(fds.slice(0, 3)).toEqual([0, 1, 2]);
  // The fourth is the folder that ls itself reads.
  expect(fds.filter((fd) => fd > 3)).toEqual([]);
});

function execRequest(container: Container, args: readonly string[], terminal = false) {
  const execId = newId();
  const runFolder = join(base, "run", "execs", execId);
  mkdirSync(runFolder, { recursive: true });
  const spec = join(runFolder, "process.json");
  writeFileSync(spec, JSON.stringify(processSpec(args, terminal)));
  return {
    containerId: container.id,
    execId,
    bundle: runFolder,
    runFolder,
    exitFolder,
    processSpec: spec,
    terminal,
    stdin: terminal,
    leaveStdinOpen: false,
    logPath: undefined,
    logSizeMax: undefined,
    exitCommand: [],
    exitDelay: 0,
  };
}

test("a monitor that waits for its bundle creates the container once that is whole", async () => {
  const request = requestFor(["true"], {});
  const config = join(request.bundle, "config.json");
  const spec = readFileSync(config);
  rmSync(config);
  const bundle = Promise.withResolvers<void>();
  const creating = runtime.create({ ...request, ready: bundle.promise });
  writeFileSync(config, spec);
  bundle.resolve();
  const process = await creating;
  await runtime.start(request.id);
  expect((await runtime.waitExit({ ...request, process })).exitCode).toBe(0);
});

test("a bundle that cannot be made leaves no container and no monitor", async () => {
  const request = requestFor(["true"], {});
  const failure = Promise.reject(new Error("no bundle"));
  await expect(runtime.create({ ...request, ready: failure })).rejects.toThrow("no bundle");
  expect(existsSync(join(base, "run", "runtime", request.id))).toBe(false);
  expect(existsSync(join(request.runFolder, "conmon.pid"))).toBe(false);
});
