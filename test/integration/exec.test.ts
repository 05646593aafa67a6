import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type EngineRoot, engineRoot } from "../support/engine-root.ts";
import { lastOf } from "../support/last-of.ts";
import { strakeCommand } from "../support/strake.ts";
import { inTerminal } from "../support/terminal.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
let id: string;
beforeAll(async () => {
  at = await engineRoot();
  id = await at.start(["sleep", "1000"], {
    name: "box",
    config: { Env: ["FROM=config"], WorkingDir: "/var" },
  });
});
afterEach(async () => {
  const find = () => {
    const folder = join(at.store.run, "execs");
    const left = existsSync(folder) ? readdirSync(folder) : [];
    const running = at.store.rows("SELECT id FROM execs WHERE json_extract(record, '$.exitCode') IS NULL");
    return [...left, ...running];
  };
  // The files go right after the event that tells of the end.
  expect(await lastOf(find)).toEqual([]);
});
afterAll(async () => {
  await at.expectNothingLeft();
  await at[Symbol.asyncDispose]();
});

const exec = (...words: string[]) => at.cli(["exec", ...words]);

test("the exit code of the program is the one of the exec", async () => {
  expect(await exec("box", "sh", "-c", "echo out; echo err >&2; exit 7")).toEqual({
    exitCode: 7,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("environment, user and folder are the container's, or as asked for", async () => {
  const show = ["sh", "-c", "echo $FROM $MORE $HOME; id -u; pwd"];
  expect((await exec("box", ...show)).stdout).toBe("config /root\n0\n/var\n");
  const words = ["-e", "MORE=asked", "-u", "daemon", "-w", "/tmp"];
  expect((await exec(...words, "box", ...show)).stdout).toBe("config asked /\n1\n/tmp\n");
});

test("what is piped in comes out again, megabytes of it", async () => {
  const stdin = "0123456789abcdef".repeat(250_000);
  const { stdout, exitCode } = await at.cli(["exec", "-i", "box", "cat"], { stdin });
  expect({ exitCode, same: stdout === stdin }).toEqual({ exitCode: 0, same: true });
});

test("a terminal has a size from the first moment, and its exit code comes back", async () => {
  await using session = inTerminal(
    [...strakeCommand, "exec", "-it", "box", "sh", "-c", "read x; stty size; exit 4"],
    {
      env: at.root.env,
      columns: 77,
      rows: 22,
    },
  );
  session.send("\r");
  expect(await session.exited).toBe(4);
  expect(session.output()).toContain("22 77");
});

test("a program that is not there is 127, one that cannot be run 126, and the output says so", async () => {
  const missing = await exec("box", "nothere");
  expect(missing.exitCode).toBe(127);
  expect(missing.stdout + missing.stderr).toContain("executable file not found in $PATH");
  const refused = await exec("box", "/etc/passwd");
  expect(refused.exitCode).toBe(126);
  expect(refused.stdout + refused.stderr).toContain("permission denied");
});

test("a detached exec runs on without a listener and leaves nothing when it ends, at once or later", async () => {
  const { containers, system } = at.engine;
  const stop = new AbortController();
  const ended = (async () => {
    const ids: string[] = [];
    for await (const { attributes } of system.events({
      signal: stop.signal,
      filters: { event: ["exec_die"] },
    })) {
      ids.push(attributes.execID ?? "");
      if (ids.length === 3) break;
    }
    return ids;
  })();
  const ask = { Tty: false, AttachStdin: false, AttachStdout: false, AttachStderr: false };
  const ids = [];
  for (const script of ["true", "sleep 0.5", "exit 3"]) {
    const exec = await containers.exec(id, { ...ask, Cmd: ["sh", "-c", script] });
    expect(await containers.execStart(exec, undefined)).toBeUndefined();
    ids.push(exec);
  }
  expect((await ended).toSorted()).toEqual(ids.toSorted());
  stop.abort();
  expect(await containers.execWait(ids[2] ?? "")).toBe(3);
});

test("two at once do not mix", async () => {
  const words = ["one", "two", "three"];
  const answers = await Promise.all(words.map((word) => exec("box", "sh", "-c", `sleep 0.1; echo ${word}`)));
  expect(answers.map(({ stdout }) => stdout)).toEqual(words.map((word) => `${word}\n`));
});

test("inspect names the execs that run, and forgets them after", async () => {
  const child = at.spawn(["exec", "-i", "box", "sh", "-c", "echo up; read x"], { stdin: "pipe" });
  await child.stdout.getReader().read();
  expect((await at.engine.containers.inspect(id)).execIds).toHaveLength(1);
  child.stdin?.end();
  await child.exited;
  expect((await at.engine.containers.inspect(id)).execIds).toEqual([]);
});

test("a paused or stopped container runs nothing more", async () => {
  await at.engine.containers.pause(id);
  expect(await exec("box", "true")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`Container box is paused, unpause the container before exec`),
  });
  await at.engine.containers.unpause(id);
  const other = await at.create(["true"]);
  expect(await exec(other, "true")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`container ${other} is not running`),
  });
  await at.engine.containers.remove(other);
});

test("an exec ends with its container", async () => {
  const other = await at.start(["sleep", "1000"]);
  const child = at.spawn(["exec", other, "sh", "-c", "echo up; sleep 1000"]);
  await child.stdout.getReader().read();
  await at.engine.containers.kill(other);
  expect(await child.exited).toBe(137);
  await at.engine.containers.remove(other);
});
