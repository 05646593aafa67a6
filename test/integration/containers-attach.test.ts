import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { strakeCommand } from "../support/strake.ts";
import { inTerminal } from "../support/terminal.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

const RUN = ["run", "--rm", "--network", "none"];
const MEGABYTES = 8;

test("a run misses no byte of a program that writes megabytes and ends", async () => {
  const script = `head -c ${MEGABYTES}000000 /dev/zero; echo end >&2`;
  const { stdout, stderr, exitCode } = await at.cli([...RUN, IMAGE, "sh", "-c", script]);
  expect({ length: stdout.length, stderr, exitCode }).toEqual({
    length: MEGABYTES * 1_000_000,
    stderr: "end\n",
    exitCode: 0,
  });
});

test("what is piped into a run reaches the program, with its end", async () => {
  expect(await at.cli([...RUN, "-i", IMAGE, "cat"], { stdin: "x\n" })).toMatchObject({
    stdout: "x\n",
    exitCode: 0,
  });
  expect(await at.cli([...RUN, "-i", IMAGE, "cat"], { stdin: "" })).toMatchObject({
    stdout: "",
    exitCode: 0,
  });
});

test("more than fits into pipes goes through both ways unchanged", async () => {
  const bytes = new Uint8Array(MEGABYTES * 1_000_000).map((_, n) => (n * 7 + (n >> 8)) & 0x7f);
  const { stdout, exitCode } = await at.cli([...RUN, "-i", IMAGE, "cat"], { stdin: bytes });
  expect(exitCode).toBe(0);
  expect(Bun.hash(stdout)).toBe(Bun.hash(Buffer.from(bytes).toString()));
});

test("without -i the program reads nothing", async () => {
  expect(await at.cli([...RUN, IMAGE, "cat"], { stdin: "x\n" })).toMatchObject({ stdout: "", exitCode: 0 });
});

test("a program that does not read its input does not keep the run from ending", async () => {
  const stdin = new Uint8Array(1_000_000);
  expect(await at.cli([...RUN, "-i", IMAGE, "true"], { stdin })).toMatchObject({ exitCode: 0, stderr: "" });
});

test("a terminal of the user's size, which follows when that changes", async () => {
  await using session = inTerminal([...strakeCommand, ...RUN, "-it", IMAGE, "sh"], {
    env: at.root.env,
    columns: 91,
    rows: 27,
  });
  await session.waitFor("# ");
  session.send("stty size\r");
  await session.waitFor("27 91");
  session.resize(101, 31);
  session.send("until stty size | grep '31 101'; do sleep 0.05; done; tty; exit 5\r");
  await session.waitFor(/\r\n31 101\r\n/);
  expect(await session.exited).toBe(5);
  expect(session.output()).toContain("/dev/pts/0");
});

test("the detach keys leave the container running; attaching again goes on there", async () => {
  const words = ["run", "-it", "--network", "none", "--name", "kept", IMAGE, "sh"];
  await using first = inTerminal([...strakeCommand, ...words], { env: at.root.env });
  await first.waitFor("# ");
  first.send("x=kept-value\r");
  first.send("\x10\x11");
  expect(await first.exited).toBe(0);
  expect(await at.record("kept")).toMatchObject({ state: { status: "running" } });
  await using second = inTerminal([...strakeCommand, "attach", "kept"], { env: at.root.env });
  // The terminal is made to paint again, so there is a prompt when it is connected.
  await second.waitFor("# ");
  second.send("\x10\x11");
  expect(await second.exited).toBe(1);
  expect(second.output()).toEndWith("read escape sequence\r\n");
  await using third = inTerminal([...strakeCommand, "attach", "kept"], { env: at.root.env });
  await third.waitFor("# ");
  third.send("echo $x; exit 6\r");
  expect(await third.exited).toBe(6);
  expect(third.output()).toContain("kept-value\r\n");
});

test("the detach keys leave an exec running", async () => {
  const id = await at.start(["sleep", "1000"]);
  await using session = inTerminal([...strakeCommand, "exec", "-it", "--detach-keys", "ctrl-a,x", id, "sh"], {
    env: at.root.env,
  });
  await session.waitFor("# ");
  session.send("\x01x");
  expect(await session.exited).toBe(1);
  expect(session.output()).toEndWith("read escape sequence\r\n");
  expect((await at.cli(["top", id, "-eo", "pid,args"])).stdout).toContain("sh\n");
});

test("detach keys that are none are refused before there is a container", async () => {
  const { stderr, exitCode } = await at.cli([...RUN, "--detach-keys", "bogus", IMAGE, "true"]);
  expect({ stderr: stderr.split("\n")[0], exitCode }).toEqual({
    stderr: "strake: Invalid detach keys (bogus) provided: Unknown character: 'bogus'",
    exitCode: 125,
  });
  expect(await at.engine.containers.list({ all: true })).toEqual([]);
});

test("two processes attached to one container both see its output", async () => {
  const id = await at.start(["sh", "-c", "read go; echo said $go"], {
    config: { OpenStdin: true, StdinOnce: true },
  });
  const seen = ["", ""];
  const attached = await Promise.all(
    seen.map((_, n) =>
      at.engine.containers.attach(id, {
        stdin: true,
        onOutput: (_stream, data) => {
          seen[n] += Buffer.from(data).toString();
        },
      }),
    ),
  );
  await attached[0]?.write(Buffer.from("hello\n"));
  await Promise.all(attached.map(({ done }) => done));
  expect(seen).toEqual(["said hello\n", "said hello\n"]);
});

test("a detached run prints the ID, goes on by itself and keeps its output and exit code", async () => {
  const { stdout, exitCode } = await at.cli([
    "run",
    "-d",
    "--network",
    "none",
    IMAGE,
    "sh",
    "-c",
    "echo out; exit 9",
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) });
  const id = stdout.trim();
  expect(await at.engine.containers.wait(id, "not-running")).toBe(9);
  expect(await at.logs(id)).toBe("out\n");
});

test.each([[[]], [["--rm"]]])(
  "a container outlives the kill -9 of the run (%p) that started it",
  async (flags) => {
    const script = "echo one; read go < /go; echo two; exit 11";
    const folder = `${at.root.path}/shared${flags.length}`;
    await Bun.write(`${folder}/x`, "");
    await Bun.spawn(["mkfifo", `${folder}/go`]).exited;
    const words = [
      "run",
      ...flags,
      "--network",
      "none",
      "--name",
      "orphan",
      "-v",
      `${folder}/go:/go`,
      IMAGE,
      "sh",
      "-c",
      script,
    ];
    const child = at.spawn(words);
    await child.stdout.getReader().read();
    // The first output may come before the start is recorded.
    const { id } = await at.record("orphan");
    await at.until(id, ({ state }) => state.status === "running");
    child.kill("SIGKILL");
    await child.exited;
    expect(await at.record("orphan")).toMatchObject({ state: { status: "running" } });
    const ended = at.engine.containers.wait("orphan", flags.length > 0 ? "removed" : "not-running");
    await Bun.write(`${folder}/go`, "x\n");
    expect(await ended).toBe(11);
    if (flags.length === 0) expect(await at.logs("orphan")).toBe("one\ntwo\n");
    else expect(await at.engine.containers.list({ all: true })).toEqual([]);
  },
);

test("SIGTERM to a run goes to its container", async () => {
  const script = "trap 'echo caught; exit 12' TERM; echo ready; while :; do sleep 0.1; done";
  const child = at.spawn([...RUN, IMAGE, "sh", "-c", script]);
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGTERM");
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("caught\n");
  expect(await child.exited).toBe(12);
});
