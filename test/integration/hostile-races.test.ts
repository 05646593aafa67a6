import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { busyboxArchive } from "../support/busybox-archive.ts";
import { fsck } from "../support/fsck.ts";
import { lastOf } from "../support/last-of.ts";
import type { Outcome } from "../support/run-process.ts";
import { type StrakeOptions, strake, strakeCommand } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";
import { watches } from "../support/watches.ts";

setDefaultTimeout(90_000);

const BASE = "busybox:base";
/** What the loser of a race may be told: in words that name what happened, never SQLite's. */
const LOST =
  /No such image|Unable to find image|No such container|was removed while|unable to delete|unable to remove|is already in progress|is not running|already in use|marked for removal|being removed|run the command again/;
let root: TempRoot;
let archive: string;

beforeAll(async () => {
  root = await tempRoot();
  archive = join(root.path, "fixture.tar");
  await Bun.write(archive, await busyboxArchive({ reference: BASE }));
});
afterAll(() => root.remove());

const cli = (words: readonly string[], options: StrakeOptions = {}) =>
  strake(words, { ...options, env: { ...root.env, ...options.env } });
const load = () => cli(["image", "load", "-i", archive]);

const spawn = (words: readonly string[]) =>
  Bun.spawn([...strakeCommand, ...words], {
    env: { ...process.env, ...root.env },
    stdout: "pipe",
    stderr: "ignore",
  });

async function drain(output: { read(): Promise<{ readonly done: boolean }> }): Promise<void> {
  while (!(await output.read()).done);
}

/** Each ended well or with a text that says how it lost. */
function expectClear(outcomes: readonly Outcome[]): void {
  for (const { exitCode, stderr } of outcomes) {
    if (exitCode !== 0) expect(stderr).toMatch(LOST);
  }
}

test("a run and a removal of the same image at once: both clear, the store whole", async () => {
  for (let round = 0; round < 12; round++) {
    await load();
    const outcomes = await Promise.all([
      cli(["run", "--rm", "--network", "none", BASE, "true"]),
      Bun.sleep((round % 4) * 15).then(() => cli(["image", "rm", "-f", BASE])),
    ]);
    expectClear(outcomes);
  }
  expect((await cli(["ps", "-aq"])).stdout).toBe("");
  expect(fsck(root.env)).toEqual([]);
});

test("the layers of an image that was removed by force go with its last container", async () => {
  await load();
  for (const name of ["one", "two"]) await cli(["create", "--name", name, "--network", "none", BASE]);
  expect((await cli(["image", "rm", "-f", BASE])).exitCode).toBe(0);
  expect((await cli(["rm", "one"])).stdout).toBe("one\n");
  expect((await cli(["start", "-a", "two"])).exitCode).toBe(0);
  expect((await cli(["rm", "two"])).stdout).toBe("two\n");
  expect(fsck(root.env)).toEqual([]);
});

test("loads of one archive at once, while a prune and a removal run, all end with a whole image", async () => {
  for (let round = 0; round < 4; round++) {
    const [first, second, ...others] = await Promise.all([
      load(),
      load(),
      cli(["image", "prune", "-af"]),
      Bun.sleep(round * 10).then(() => cli(["image", "rm", "-f", BASE])),
    ]);
    expect(first.stderr + second.stderr).toBe("");
    expectClear(others);
    expect((await load()).stderr).toBe("");
    expect((await cli(["run", "--rm", "--network", "none", BASE, "true"])).stderr).toBe("");
    await cli(["image", "rm", "-f", BASE]);
    expect(fsck(root.env)).toEqual([]);
  }
});

test("two commits of one container, its removal and that of its image at once", async () => {
  for (let round = 0; round < 3; round++) {
    await load();
    await cli(["run", "--name", "c", "--network", "none", BASE, "sh", "-c", "seq 1 100 > /f"]);
    const commits = [cli(["commit", "c", "made:1"]), cli(["commit", "c", "made:2"])];
    const removals = [
      Bun.sleep(20 + round * 20).then(() => cli(["rm", "-f", "c"])),
      Bun.sleep(20 + round * 20).then(() => cli(["image", "rm", "-f", BASE])),
    ];
    const done = await Promise.all(commits);
    await Promise.all(removals);
    expectClear(done.filter(({ stderr }) => !stderr.includes("is gone")));
    for (const [n, { exitCode }] of done.entries()) {
      if (exitCode !== 0) continue;
      const seen = await cli(["run", "--rm", "--network", "none", `made:${n + 1}`, "wc", "-l", "/f"]);
      expect(seen).toEqual({ stdout: "100 /f\n", stderr: "", exitCode: 0 });
    }
    await cli(["rm", "-f", "c"]);
    await cli(["image", "prune", "-af"]);
    expect((await cli(["images", "-aq"])).stdout).toBe("");
    expect(fsck(root.env)).toEqual([]);
  }
});

test("of four creations with one name at once one succeeds", async () => {
  await load();
  const words = ["create", "--name", "one", "--network", "none", "-v", "/data", BASE];
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => cli(words)));
  expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
  for (const { exitCode, stderr } of outcomes) {
    if (exitCode !== 0) expect(stderr).toContain('The container name "/one" is already in use');
  }
  expect((await cli(["rm", "-v", "one"])).exitCode).toBe(0);
  expect(fsck(root.env)).toEqual([]);
});

test("rm -f beside exec, logs -f, wait, stop and another rm -f ends all of them", async () => {
  for (let round = 0; round < 3; round++) {
    const script = "while :; do echo x; sleep 0.01; done";
    await cli(["run", "-d", "--name", "busy", "--network", "none", BASE, "sh", "-c", script]);
    const exec = spawn(["exec", "busy", "sh", "-c", "echo up; sleep 1000"]);
    const logs = spawn(["logs", "-f", "busy"]);
    const wait = spawn(["wait", "busy"]);
    const outputs = [exec, logs].map(({ stdout }) => stdout.getReader());
    const [said, followed] = await Promise.all(outputs.map((output) => output.read()));
    expect(Buffer.from(said?.value ?? []).toString()).toBe("up\n");
    expect(Buffer.from(followed?.value ?? []).toString()).toStartWith("x\n");
    for (const output of outputs) void drain(output);
    await watches(wait.pid);
    const stop = cli(["stop", "-t", "20", "busy"]);
    await Bun.sleep(round * 50);
    const removals = await Promise.all([cli(["rm", "-f", "busy"]), cli(["rm", "-f", "busy"])]);
    expectClear([...removals, await stop]);
    expect(await exec.exited).not.toBe(0);
    await logs.exited;
    expect(await new Response(wait.stdout).text()).toBe("137\n");
    expect((await cli(["ps", "-aq"])).stdout).toBe("");
    expect(await lastOf(() => fsck(root.env))).toEqual([]);
  }
});
