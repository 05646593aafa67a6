import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LogLine, LogRequest } from "../../src/engine/index.ts";
import { type EngineRoot, engineRoot } from "../support/engine-root.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

const shell = (script: string, request?: Parameters<EngineRoot["start"]>[1]) =>
  at.start(["sh", "-c", script], request);

async function ended(script: string, request?: Parameters<EngineRoot["start"]>[1]): Promise<string> {
  const id = await shell(script, request);
  await at.engine.containers.wait(id, "not-running");
  return id;
}

function read(id: string, request: Partial<LogRequest> = {}): Promise<LogLine[]> {
  return Array.fromAsync(at.engine.containers.logs(id, { stdout: true, stderr: true, ...request }));
}

const text = (lines: readonly LogLine[]) => Buffer.concat(lines.map(({ data }) => data)).toString();

test("logs give what was written to each stream, the last lines of it, and times with -t", async () => {
  const id = await ended("for n in 1 2 3; do echo out $n; done; echo err >&2");
  expect(await at.cli(["logs", id])).toEqual({
    exitCode: 0,
    stdout: "out 1\nout 2\nout 3\n",
    stderr: "err\n",
  });
  expect(text(await read(id, { stderr: false, tail: 2 }))).toBe("out 3\n");
  expect(await at.cli(["logs", "--tail", "1", id])).toMatchObject({ stdout: "", stderr: "err\n" });
  expect((await at.cli(["logs", "-t", id])).stdout).toMatch(
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z out \d\n){3}$/,
  );
});

test("since and until cut between two lines", async () => {
  const id = await shell("echo a; read go; echo b", { config: { OpenStdin: true, StdinOnce: true } });
  const attached = await at.engine.containers.attach(id, { stdin: true, onOutput: () => {} });
  for await (const _ of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) break;
  await Bun.sleep(50);
  await attached.write(Buffer.from("go\n"));
  await at.engine.containers.wait(id, "not-running");
  const [, second] = await read(id);
  const cut = BigInt(Date.parse(second?.time ?? "")) * 1_000_000n - 20_000_000n;
  expect(text(await read(id, { since: cut }))).toBe("b\n");
  expect(text(await read(id, { until: cut }))).toBe("a\n");
});

test("bytes come back as they were written: no line feed at the end, zeros, carriage returns, no UTF-8", async () => {
  const id = await ended("printf 'a\\000\\377\\r\\nend'");
  const bytes = Buffer.concat((await read(id)).map(({ data }) => data));
  expect([...bytes]).toEqual([97, 0, 255, 13, 10, 101, 110, 100]);
});

test("a line of 100 kB is one line", async () => {
  const id = await ended("head -c 100000 /dev/zero | tr '\\0' x; echo; echo after");
  const all = text(await read(id));
  expect(all.length).toBe(100_001 + 6);
  expect(text(await read(id, { tail: 2 }))).toBe(all);
  expect(text(await read(id, { tail: 1 }))).toBe("after\n");
});

test("following gives every line as it comes and ends with the container", async () => {
  const id = await shell("echo 1; read go; for n in $(seq 2 400); do echo $n; done", {
    config: { OpenStdin: true, StdinOnce: true },
  });
  const attached = await at.engine.containers.attach(id, { stdin: true, onOutput: () => {} });
  let seen = "";
  for await (const { data } of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) {
    if (seen === "") await attached.write(Buffer.from("go\n"));
    seen += Buffer.from(data).toString();
  }
  expect(seen.split("\n").length).toBe(401);
  attached.close();
});

test("following with --tail 0 shows only what comes", async () => {
  const id = await shell("echo old; while read go; do echo new; done", {
    config: { OpenStdin: true, StdinOnce: true },
  });
  for await (const _ of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) break;
  const attached = await at.engine.containers.attach(id, { stdin: true, onOutput: () => {} });
  const child = at.spawn(["logs", "-f", "--tail", "0", id]);
  const more = setInterval(() => void attached.write(Buffer.from("go\n")), 50);
  const { value } = await child.stdout.getReader().read();
  clearInterval(more);
  child.kill();
  expect(Buffer.from(value ?? []).toString()).toMatch(/^(new\n)+$/);
  attached.close();
});

test("a follow ends with the run that it began in, as Docker's does, even when a policy restarts the container", async () => {
  const id = await shell("echo run; until test -e /go; do sleep 0.05; done; exit 1", {
    hostConfig: { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 1 } },
  });
  let seen = "";
  for await (const { data } of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) {
    seen += Buffer.from(data).toString();
    await at.cli(["exec", id, "touch", "/go"]);
  }
  expect(seen).toBe("run\n");
  await at.until(id, ({ state, restartCount }) => state.status === "exited" && restartCount === 1);
  expect(text(await read(id))).toBe("run\nrun\n");
});

test("runs of one container follow each other in its log", async () => {
  const id = await ended("echo run");
  await at.engine.containers.start(id);
  await at.engine.containers.wait(id, "not-running");
  expect(text(await read(id))).toBe("run\nrun\n");
});

const LINES = 3000;
const rotating = (count: string) => ({
  hostConfig: { LogConfig: { Type: "json-file", Config: { "max-size": "20k", "max-file": count } } },
});
/** Pauses between the files, so that the rotation gets a chance in each. */
const WRITER = `n=0; while [ $n -lt ${LINES} ]; do n=$((n + 1)); echo line $n; [ $((n % 300)) = 0 ] && sleep 0.05; done; true`;

test("a log that rotates keeps so many files of about that size, and what it gives has no gap", async () => {
  const batches = 6;
  const batch = LINES / batches;
  const id = await shell(
    `n=0; while read go; do for _ in $(seq ${batch}); do n=$((n + 1)); echo line $n; done; done`,
    {
      config: { OpenStdin: true, StdinOnce: true },
      ...rotating("3"),
    },
  );
  const folder = join(at.store.root, "containers", id);
  const attached = await at.engine.containers.attach(id, { stdin: true, onOutput: () => {} });
  for (let n = 0; n < batches; n++) {
    const before = statSync(join(folder, "container.log")).ino;
    await attached.write(Buffer.from("go\n"));
    while (statSync(join(folder, "container.log")).ino === before) await Bun.sleep(5);
  }
  attached.closeStdin();
  await at.engine.containers.wait(id, "not-running");
  const files = readdirSync(folder).filter((name) => name.startsWith("container.log"));
  expect(files.toSorted()).toEqual(["container.log", "container.log.1", "container.log.2"]);
  for (const name of files) expect(statSync(join(folder, name)).size).toBeLessThan(50_000);
  const kept = text(await read(id))
    .trimEnd()
    .split("\n");
  expect(kept.length).toBeGreaterThan(batch / 2);
  expect(kept.length).toBeLessThan(LINES);
  expect(kept).toEqual(kept.map((_, n) => `line ${LINES - kept.length + 1 + n}`));
});

test("a follow misses nothing when the log rotates meanwhile", async () => {
  const id = await shell(WRITER, rotating("50"));
  const seen = text(await read(id, { follow: true }))
    .trimEnd()
    .split("\n");
  expect(seen.length).toBe(LINES);
  expect(seen).toEqual(seen.map((_, n) => `line ${n + 1}`));
});

test("a log with one file starts over when it is full", async () => {
  const id = await ended(WRITER, rotating("1"));
  const kept = text(await read(id))
    .trimEnd()
    .split("\n");
  expect(kept.at(-1)).toBe(`line ${LINES}`);
  expect(kept.length).toBeLessThan(LINES / 2);
});

test("the driver none keeps nothing, but an attached run sees its output", async () => {
  const words = [
    "run",
    "--name",
    "mute",
    "--network",
    "none",
    "--log-driver",
    "none",
    "busybox:test",
    "echo",
    "seen",
  ];
  expect(await at.cli(words)).toMatchObject({ stdout: "seen\n", exitCode: 0 });
  expect(await at.cli(["logs", "mute"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("configured logging driver does not support reading"),
  });
});
