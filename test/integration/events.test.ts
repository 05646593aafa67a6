import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { watches } from "../support/watches.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterAll(() => at[Symbol.asyncDispose]());

async function done(...words: readonly string[]): Promise<void> {
  const { stderr, exitCode } = await at.cli(words);
  expect({ words, stderr, exitCode }).toEqual({ words, stderr: "", exitCode: 0 });
}

/** Follows the events from now on. */
async function follow(...words: readonly string[]) {
  const follower = at.spawn([
    "events",
    "--format",
    "{{.Type}} {{.Action}} {{.Actor.Attributes.name}}",
    ...words,
  ]);
  await watches(follower.pid);
  const reader = follower.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  return {
    /** Every line so far, once `last` is among them. */
    async until(last: string): Promise<string[]> {
      while (!`\n${seen}`.includes(`\n${last}\n`)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`no "${last}" in:\n${seen}`);
        seen += value;
      }
      return seen.trimEnd().split("\n");
    },
    async end(): Promise<number> {
      follower.kill("SIGINT");
      return await follower.exited;
    },
  };
}

test("who follows the events reads what other processes do, while they do it", async () => {
  const all = await follow();
  const some = await follow(
    "--filter",
    "type=container",
    "--filter",
    "label=kept",
    "--filter",
    "event=start",
  );
  await done("volume", "create", "vol");
  expect(await all.until("volume create <no value>")).toHaveLength(1);
  await done("network", "create", "n");
  await done(
    "run",
    "-d",
    "--name",
    "first",
    "--network",
    "n",
    "-v",
    "vol:/v",
    "-l",
    "kept",
    IMAGE,
    "sleep",
    "1000",
  );
  await all.until("container start first");
  await done("exec", "first", "true");
  await done("rename", "first", "second");
  await done("run", "--rm", "--name", "other", "--network", "none", IMAGE, "true");
  await done("rm", "-f", "second");
  await done("tag", IMAGE, "also:1");
  await done("rmi", "also:1");
  await done("network", "rm", "n");
  await done("volume", "rm", "vol");
  await done("builder", "prune", "-f");
  const told = await all.until("builder prune <no value>");
  const ofOne = told.filter((line) => !line.includes(" other") && !line.includes(" none"));
  expect(ofOne.map((line) => line.replace(/[0-9a-f]{64}/, "ID"))).toEqual([
    "volume create <no value>",
    "network create n",
    "container create first",
    "volume mount <no value>",
    "network connect n",
    "container start first",
    "container exec_create: true  first",
    "container exec_start: true  first",
    "container exec_die first",
    "container rename second",
    "container kill second",
    "network disconnect n",
    "volume unmount <no value>",
    "container die second",
    "container destroy second",
    "image tag also:1",
    "image untag sha256:ID",
    "network destroy n",
    "volume destroy <no value>",
    "builder prune <no value>",
  ]);
  expect(await some.until("container start first")).toEqual(["container start first"]);
  expect([await all.end(), await some.end()]).toEqual([130, 130]);
});

test("events end at --until, also when it is still to come, and tell what was before with --since", async () => {
  const since = String(Date.now() / 1000);
  await done("volume", "create", "early");
  const soon = String(Date.now() / 1000 + 1);
  const told = await at.cli(["events", "--since", since, "--until", soon]);
  expect(Date.now() / 1000).toBeGreaterThan(Number(soon));
  await done("volume", "create", "late");
  const early = expect.stringMatching(/^\S+ volume create early \(driver=local\)\n$/);
  expect(told).toEqual({ stdout: early, stderr: "", exitCode: 0 });
  expect(await at.cli(["events", "--since", since, "--until", soon])).toEqual(told);
  await done("volume", "prune", "-af");
});

test("a build tells of its image, and not of the network that its steps are on", async () => {
  const since = String(Date.now() / 1000);
  const folder = join(at.root.path, "context");
  await Bun.write(join(folder, "Dockerfile"), `FROM ${IMAGE}\nRUN true\n`);
  await done("build", "-q", "-t", "built:1", folder);
  const told = await at.cli([
    "events",
    "--since",
    since,
    "--until",
    "0s",
    "--format",
    "{{.Type}} {{.Action}}",
  ]);
  expect(told.stdout).toBe("image tag\n");
  await done("rmi", "built:1");
});

test("a format that no event can fill is refused before the first one", async () => {
  const { stderr, exitCode } = await at.cli(["events", "--format", "{{.Nope}}"]);
  expect(stderr).toContain("Error parsing format: template: :1:2: executing");
  expect(exitCode).toBe(64);
});
