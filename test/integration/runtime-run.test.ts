import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../src/base/index.ts";
import { everyCgroupFolder, openPidfd, waitPidfd } from "../../src/host/index.ts";
import { openRuntime, type RunContainer, type Runtime } from "../../src/runtime/index.ts";
import { bundleSpec, makeBusyboxRoot } from "../support/runtime-bundle.ts";
import { inTerminal } from "../support/terminal.ts";

setDefaultTimeout(20_000);

const PARENT = "/strake-test-run";
const base = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "strake-run-"));
const rootfs = join(base, "rootfs");
const place = { root: base, run: join(base, "run") };
let runtime: Runtime;

beforeAll(() => {
  makeBusyboxRoot(rootfs);
  runtime = openRuntime(place);
});

afterAll(() => {
  for (const folder of everyCgroupFolder(PARENT)) if (existsSync(folder)) rmdirSync(folder);
  rmSync(base, { recursive: true, force: true });
});

type Wanted = Omit<RunContainer, "stdio">;

function bundleFor(args: readonly string[], options: { memory?: number; terminal?: boolean } = {}): Wanted {
  const id = newId().slice(0, 24);
  const bundle = join(base, "bundles", id);
  const cgroup = `${PARENT}/${id}`;
  mkdirSync(bundle, { recursive: true });
  writeFileSync(
    join(bundle, "config.json"),
    JSON.stringify(bundleSpec({ rootfs, cgroup, args, ...options })),
  );
  return { id, bundle, cgroup };
}

interface Output {
  stdout: string;
  stderr: string;
}

async function run(wanted: Wanted, signal?: AbortSignal, onStart?: () => void) {
  const output: Output = { stdout: "", stderr: "" };
  const sink = (stream: "stdout" | "stderr", data: Uint8Array): void => {
    output[stream] += Buffer.from(data).toString();
    onStart?.();
  };
  const exit = await runtime.run(
    { ...wanted, stdio: { onOutput: sink } },
    signal === undefined ? {} : { signal },
  );
  return { ...output, ...exit };
}

function leftOf({ id, cgroup }: Wanted): string[] {
  const folders = [...everyCgroupFolder(cgroup), join(place.run, "runtime", id)];
  return folders.filter((folder) => existsSync(folder));
}

test("a container in the foreground gives both outputs and its exit code, and leaves nothing", async () => {
  const wanted = bundleFor(["sh", "-c", "echo out; echo err >&2; exit 7"]);
  expect(await run(wanted)).toEqual({
    stdout: "out\n",
    stderr: "err\n",
    exitCode: 7,
    oomKilled: false,
    observed: true,
  });
  expect(leftOf(wanted)).toEqual([]);
});

test("a container in the foreground has no input, and every byte of a long output arrives", async () => {
  expect((await run(bundleFor(["cat"]))).stdout).toBe("");
  const { stdout } = await run(bundleFor(["seq", "1", "100000"]));
  expect(stdout.split("\n").length).toBe(100_001);
});

test("a program that is not there is told of in the output", async () => {
  const wanted = bundleFor(["nope"]);
  const { exitCode, stderr } = await run(wanted);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^runc run failed: .*exec: "nope": executable file not found in \$PATH\n$/);
  expect(leftOf(wanted)).toEqual([]);
});

test("a container that takes too much memory is reported as such", async () => {
  const wanted = bundleFor(["dd", "if=/dev/zero", "of=/dev/null", "bs=64M", "count=1"], { memory: 8 << 20 });
  expect(await run(wanted)).toMatchObject({ exitCode: 137, oomKilled: true });
});

test("an abort kills all of a container at once and leaves nothing of it", async () => {
  const wanted = bundleFor(["sh", "-c", "sleep 1000 & trap '' TERM INT; echo ready; sleep 1000"]);
  const abort = new AbortController();
  await expect(run(wanted, abort.signal, () => abort.abort())).rejects.toMatchObject({ kind: "cancelled" });
  expect(leftOf(wanted)).toEqual([]);
});

test("an abort at any moment of the launch leaves nothing", async () => {
  for (let delay = 0; delay < 40; delay += 4) {
    const wanted = bundleFor(["sleep", "1000"]);
    const running = run(wanted, AbortSignal.timeout(delay));
    await expect(running).rejects.toMatchObject({ kind: "cancelled" });
    expect([delay, leftOf(wanted)]).toEqual([delay, []]);
  }
});

test("a sink that fails ends the container with its error", async () => {
  const wanted = bundleFor(["sh", "-c", "echo ready; sleep 1000"]);
  const failing = runtime.run({
    ...wanted,
    stdio: {
      onOutput: () => {
        throw new Error("full");
      },
    },
  });
  await expect(failing).rejects.toThrow("full");
  expect(leftOf(wanted)).toEqual([]);
});

test("the death of the process that runs a container kills it, and its leftovers can be ended", async () => {
  const wanted = bundleFor(["sh", "-c", "echo ready; sleep 1000"]);
  const script = join(base, "owner.ts");
  const room = new URL("../../src/runtime/index.ts", import.meta.url).pathname;
  writeFileSync(
    script,
    `import { openRuntime } from ${JSON.stringify(room)};
     const stdio = { onOutput: (_, data) => process.stdout.write(data) };
     await openRuntime(${JSON.stringify(place)}).run({ ...${JSON.stringify(wanted)}, stdio });`,
  );
  const owner = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "inherit" });
  for await (const data of owner.stdout) {
    expect(Buffer.from(data).toString()).toBe("ready\n");
    break;
  }
  const state = JSON.parse(await Bun.file(join(place.run, "runtime", wanted.id, "state.json")).text());
  const pidfd = openPidfd(state.init_process_pid);
  expect(pidfd).toBeDefined();
  owner.kill("SIGKILL");
  expect(await waitPidfd(pidfd ?? -1)).toBe(true);
  await runtime.endRun(wanted);
  await runtime.endRun(wanted);
  expect(leftOf(wanted)).toEqual([]);
});

test("a container in the foreground can have this process's terminal", async () => {
  const wanted = bundleFor(["sh", "-c", "stty size; read -r line; echo got $line; exit 3"], {
    terminal: true,
  });
  const script = join(base, "shell.ts");
  const room = new URL("../../src/runtime/index.ts", import.meta.url).pathname;
  writeFileSync(
    script,
    `import { openRuntime } from ${JSON.stringify(room)};
     const { exitCode } = await openRuntime(${JSON.stringify(place)})
       .run({ ...${JSON.stringify(wanted)}, stdio: "terminal" });
     process.exit(exitCode);`,
  );
  await using terminal = inTerminal([process.execPath, script]);
  terminal.send("hello\n");
  expect(await terminal.exited).toBe(3);
  expect(terminal.output()).toContain("got hello");
  expect(leftOf(wanted)).toEqual([]);
  expect(readdirSync(join(place.run, "runtime"))).toEqual([]);
});
