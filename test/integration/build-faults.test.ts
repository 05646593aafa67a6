import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { everyCgroupFolder } from "../../src/host/index.ts";
import { type BuildFolder, buildFolder } from "../support/build-folder.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { fsck } from "../support/fsck.ts";

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
  await at.expectNothingLeft();
  expect(fsck(at.root.env)).toEqual([]);
  const tmp = join(at.store.root, "tmp");
  expect(existsSync(tmp) ? readdirSync(tmp) : []).toEqual([]);
});
afterAll(() => at[Symbol.asyncDispose]());

const SLOW = `FROM ${IMAGE}
RUN echo before > /before
RUN --mount=type=cache,id=begun,target=/begun echo started; sleep 1000
`;

/** A build that has come to its step which never ends, or to what else it is to have said. */
async function runningBuild(dockerfile = SLOW, said = /^#\d+ \d+\.\d+ started$/m) {
  await folder.write("Dockerfile", dockerfile);
  const child = at.spawn(["build", "--progress", "plain", "-t", "never", folder.path]);
  const reader = child.stderr.getReader();
  let text = "";
  while (!said.test(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the build ended: ${text}`);
    text += Buffer.from(value).toString();
  }
  const rest = async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += Buffer.from(next.value).toString();
    }
    return text;
  };
  return { child, rest };
}

function stepsOf({ store }: EngineRoot): string[] {
  const path = join(store.run, "steps");
  return existsSync(path) ? readdirSync(path) : [];
}

function cgroupsOf(steps: readonly string[]): string[] {
  const folders = [...everyCgroupFolder("/strake")].flatMap((path) => steps.map((step) => join(path, step)));
  return folders.filter((path) => existsSync(path));
}

test("an interrupt ends a build at once, and the steps before stay cached", async () => {
  const { child, rest } = await runningBuild();
  child.kill("SIGINT");
  expect(await child.exited).not.toBe(0);
  expect(await rest()).toContain("CANCELED");
  const next = await folder.build(["-t", "after"], SLOW.replace("sleep 1000", "true"));
  expect(folder.steps(next).cached).toContain("RUN echo before > /before");
  expect((await at.cli(["images", "-q", "never"])).stdout).toBe("");
});

test("after a build was killed its step ends with it, and the next command cleans up", async () => {
  const { child } = await runningBuild();
  const steps = stepsOf(at);
  expect(steps).not.toEqual([]);
  child.kill("SIGKILL");
  await child.exited;
  expect((await at.cli(["images"])).exitCode).toBe(0);
  expect(cgroupsOf(steps)).toEqual([]);
});

test("a build that is killed at any moment of a step's start leaves nothing after the next command", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { child } = await runningBuild(`FROM ${IMAGE}\nRUN echo ${round}; sleep 1000\n`, /RUN echo/);
    await Bun.sleep(round * 8);
    const steps = stepsOf(at);
    child.kill("SIGKILL");
    await child.exited;
    expect((await at.cli(["images"])).exitCode).toBe(0);
    expect(cgroupsOf(steps)).toEqual([]);
    expect(stepsOf(at)).toEqual([]);
  }
});

test("a step that kills itself, or takes more memory than it may, is reported by its exit code", async () => {
  const killed = await folder.build([], `FROM ${IMAGE}\nRUN sh -c 'kill -9 $$'; exit $?\n`);
  expect(killed.exitCode).toBe(1);
  expect(killed.stderr).toContain("did not complete successfully: exit code: 137");
  const hungry = await folder.build(
    ["-m", "16m", "--memory-swap", "16m"],
    `FROM ${IMAGE}\nRUN head -c 100000000 /dev/zero | tail > /dev/null; exit $?\n`,
  );
  expect(hungry.exitCode).toBe(1);
  expect(hungry.stderr).toMatch(/did not complete successfully/);
});

test("what a failing step wrote is shown with its line, and nothing of it is kept", async () => {
  const outcome = await folder.build(
    ["-t", "failing"],
    `FROM ${IMAGE}\nRUN echo good\nRUN echo oops >&2; exit 3\n`,
  );
  expect(outcome).toMatchObject({ exitCode: 1, stdout: "" });
  expect(outcome.stderr).toContain("> [3/3] RUN echo oops >&2; exit 3:");
  expect(outcome.stderr).toContain("   3 | >>> RUN echo oops >&2; exit 3");
  expect(outcome.stderr).toContain("exit code: 3");
  expect((await at.cli(["images", "-q", "failing"])).stdout).toBe("");
});

test("every line of a long output is shown", async () => {
  const outcome = await folder.build([], `FROM ${IMAGE}\nRUN seq 1 100000\n`);
  const lines = outcome.stderr.split("\n").filter((line) => /^#\d+ \d+\.\d+ \d+$/.test(line));
  expect(lines).toHaveLength(100_000);
});

test("mistakes in a Dockerfile are told with their line, and change nothing", async () => {
  const cases: [string, RegExp][] = [
    [`FROM ${IMAGE}\nRUNN x\n`, /unknown instruction: RUNN \(did you mean RUN\?\)/],
    ["", /Dockerfile cannot be empty/],
    [
      `FROM ${IMAGE} AS a\nCOPY --from=b / /\nFROM ${IMAGE} AS b\nCOPY --from=a / /\n`,
      /needs to be defined before/,
    ],
    [`FROM ${IMAGE}\nCOPY missing /x\n`, /"\/missing": not found/],
    ["FROM no-such-image-here.invalid/x\n", /failed to resolve source metadata/],
    [`FROM ${IMAGE}\nRUN --mount=type=secret,id=s,required=true true\n`, /secret s: not found/],
  ];
  for (const [dockerfile, message] of cases) {
    const outcome = await folder.build(["-t", "mistaken"], dockerfile);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toMatch(message);
  }
  expect((await at.cli(["images", "-q", "mistaken"])).stdout).toBe("");
});

test("a Dockerfile of ten thousand instructions is built", async () => {
  const labels = Array.from({ length: 10_000 }, (_, at) => `LABEL l${at % 50}=${at}\n`).join("");
  const outcome = await folder.build(["-t", "long"], `FROM ${IMAGE}\n${labels}`);
  expect(outcome.exitCode).toBe(0);
  const { stdout } = await at.cli([
    "image",
    "inspect",
    "--format",
    '{{ index .Config.Labels "l49" }}',
    "long",
  ]);
  expect(stdout).toBe("9999\n");
});

test("a secret is nowhere in the image, the cache or the records", async () => {
  const secret = "correct-horse-battery";
  await folder.write("secret", secret);
  const outcome = await folder.build(
    ["-t", "secretive", "--secret", `id=s,src=${join(folder.path, "secret")}`],
    `FROM ${IMAGE}\nRUN --mount=type=secret,id=s test "$(cat /run/secrets/s)" = ${"$(echo correct)-horse-battery"}\n`,
  );
  expect(outcome.exitCode).toBe(0);
  at.store.change("PRAGMA wal_checkpoint(TRUNCATE)");
  const database = readFileSync(join(at.store.root, "strake.db"));
  expect(database.includes(secret)).toBe(false);
});
