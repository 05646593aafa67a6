import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repairRuns } from "../../src/build/ops/run/repair-runs.ts";
import { everyCgroupFolder, openPidfd, waitPidfd } from "../../src/host/index.ts";
import { type StepRoot, stepRoot } from "../support/build-step.ts";
import { inTerminal } from "../support/terminal.ts";

setDefaultTimeout(20_000);

let root: StepRoot;

beforeAll(async () => {
  root = await stepRoot();
});

afterAll(async () => {
  await root[Symbol.asyncDispose]();
});

/** A program that opens the store of the test in a process of its own and then does `body`. */
function program(body: string): string[] {
  const { store } = root.context();
  const path = (name: string) => JSON.stringify(new URL(name, import.meta.url).pathname);
  const script = join(root.engine.root.path, `${Math.random().toString(36).slice(2)}.ts`);
  writeFileSync(
    script,
    `import { openStore } from ${path("../../src/store/index.ts")};
     import { openSteps } from ${path("../support/build-step.ts")};
     const steps = openSteps(openStore(${JSON.stringify(store.root)}, ${JSON.stringify(store.run)}));
     ${body}`,
  );
  return [process.execPath, script];
}

test("the death of a build kills its step at once, and the next command removes what is left", async () => {
  const { store } = root.context();
  const mounts = JSON.stringify([
    { type: "tmpfs", target: "/t", size: 0 },
    { type: "secret", id: "s", target: "/s", env: "", required: true, mode: 0o400, uid: 0, gid: 0 },
  ]);
  const child = Bun.spawn(
    program(`await steps.run("echo ready; sleep 1000", { mounts: ${mounts} }, {
       onOutput: (_, data) => process.stdout.write(data),
       request: { network: "default", secrets: [{ id: "s", kind: "env", value: "x" }] },
     });`),
    { stdout: "pipe", stderr: "inherit" },
  );
  for await (const data of child.stdout) {
    expect(Buffer.from(data).toString()).toBe("ready\n");
    break;
  }
  const [id = ""] = readdirSync(join(store.run, "steps"));
  const state = JSON.parse(readFileSync(join(store.run, "runtime", id, "state.json"), "utf8"));
  const pidfd = openPidfd(state.init_process_pid) ?? -1;
  child.kill("SIGKILL");
  await child.exited;
  expect(await waitPidfd(pidfd)).toBe(true);
  await repairRuns(root.context());
  expect(readdirSync(join(store.run, "steps"))).toEqual([]);
  expect(readdirSync(join(store.run, "netns"))).toEqual([]);
  expect([...everyCgroupFolder(`/strake/${id}`)].filter((folder) => existsSync(folder))).toEqual([]);
  expect(store.rows("SELECT * FROM leases WHERE kind = 'step'")).toEqual([]);
  expect(store.rows("SELECT * FROM endpoints")).toEqual([]);
  const mounted = readFileSync("/proc/self/mountinfo", "utf8");
  expect(mounted).not.toContain(`${store.run}/steps`);
  // The snapshot is the build's, which has work folders of its own to remove.
  const { layers } = root.context();
  for (const { key, folder } of layers.snapshots.list()) {
    await layers.snapshots.unmount(join(folder, "rootfs"));
    await layers.snapshots.remove(key);
  }
});

test("a failed step can be looked at: its files, environment, user and mounts are there", async () => {
  const command = program(`
     const onFailure = async (failed) => {
       console.log(failed.error.message);
       console.log("left with " + await failed.run(["/bin/sh"]));
     };
     const step = { cwd: "/work", env: ["PATH=/bin", "WHO=me"], user: "1234" };
     const mounts = [{ type: "tmpfs", target: "/t", size: 0 }];
     await steps.run("echo made > /tmp/made; exit 9", { ...step, mounts }, { request: { onFailure } })
       .catch((error) => console.log("then " + error.exitCode));`);
  await using terminal = inTerminal(command);
  await terminal.waitFor("exit code: 9");
  terminal.send("cat /tmp/made; id -u; pwd; echo $WHO$WHO; grep -c ' /t ' /proc/mounts; exit 4\r");
  expect(await terminal.exited).toBe(0);
  const said = terminal.output().replaceAll("\r", "");
  expect(said).toContain("made\n1234\n/work\nmeme\n1\n");
  expect(said).toContain("left with 4\nthen 9\n");
  expect(root.engine.leftovers()).toEqual([]);
});

test("without a terminal a failed step is looked at by a script", async () => {
  const seen: number[] = [];
  const onFailure = async (failed: { run(args: readonly string[]): Promise<number> }): Promise<void> => {
    seen.push(await failed.run(["/bin/sh", "-c", "test -f /made && exit 5"]));
  };
  await expect(root.run("echo > /made; false", {}, { request: { onFailure } })).rejects.toThrow(
    "exit code: 1",
  );
  expect(seen).toEqual([5]);
  expect(root.engine.leftovers()).toEqual([]);
});

test("a program for another machine is named, with what would run it", async () => {
  // An ELF header without a program: 64 bits, little-endian, for the machine whose number is 183.
  const program = new Uint8Array(64);
  program.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  program[18] = 183;
  const base = root.add(await root.makeStack([["bin/tool", program]]));
  await expect(root.run("", { base, args: ["tool"] })).rejects.toMatchObject({
    message: 'process "tool" did not complete successfully: exit code: 1',
    hint: "tool is a program for arm64: to run it here, install qemu-user-static (apt-get install qemu-user-static)",
  });
  await root.endBuild();
});
