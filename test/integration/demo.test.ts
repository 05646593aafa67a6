import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { demoSteps } from "../../src/cli/demo/demo-steps.ts";
import { runDemo } from "../../src/cli/demo/run-demo.ts";
import { createMemoryIo } from "../../src/cli/io/memory-io.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);
let root: TempRoot;
beforeAll(async () => {
  root = await tempRoot();
});
afterAll(() => root.remove());

test("the demo takes no arguments and says what it leaves behind", async () => {
  expect(await strake(["demo", "now"], { env: root.env })).toMatchObject({ exitCode: 1 });
  expect((await strake(["demo", "--help"], { env: root.env })).stdout).toContain("debian:bookworm");
});

test("every step shows its command and its output, what one prints a later one can use", async () => {
  const io = createMemoryIo();
  const program = ["sh", "-c", 'echo "got $*"; cat', "sh"];
  const steps = [
    { note: "First.", words: ["print", "a b"], input: "typed\n", remember: "last" },
    { note: "Second.", words: ["use", "{last}"] },
  ];
  expect(await runDemo(steps, { io, program })).toEqual({ status: 0, remembered: ["typed"] });
  expect(io.stdoutText()).toBe(
    "\n# 1/2  First.\n$ strake print 'a b'\n> typed\ngot print a b\ntyped\n" +
      "\n# 2/2  Second.\n$ strake use typed\ngot use typed\n",
  );
});

test("the demo stops at the first step that fails, with its status", async () => {
  const io = createMemoryIo();
  const steps = ["exit 0", "exit 3", "exit 0"].map((script) => ({ note: "A step.", words: [script] }));
  expect(await runDemo(steps, { io, program: ["sh", "-c"] })).toEqual({ status: 3, remembered: [] });
  expect(io.stdoutText()).toContain("# 2/3");
  expect(io.stdoutText()).not.toContain("# 3/3");
});

test("files are written into a folder that the commands find and that is gone afterwards", async () => {
  const io = createMemoryIo();
  const steps = [
    { note: "Write.", file: "f", text: "one\n" },
    { note: "Add.", file: "f", text: "two\n", append: true as const },
    { note: "Read.", words: ["cat f; pwd"], remember: "folder" },
  ];
  const { status, remembered } = await runDemo(steps, { io, program: ["sh", "-c"] });
  expect(status).toBe(0);
  expect(io.stdoutText()).toContain("# 1/3  Write.\n$ cat > f\n> one\n\n# 2/3  Add.\n$ cat >> f\n> two\n");
  expect(io.stdoutText()).toContain("\none\ntwo\n");
  expect(existsSync(remembered[0] ?? "/")).toBe(false);
});

test("what the demo makes has names of its own", () => {
  const made = demoSteps({ hasBase: true }).flatMap((step) =>
    "words" in step ? step.words.filter((_, at) => at > 1) : [],
  );
  expect(made.some((word) => word.startsWith("strake-demo"))).toBe(true);
  expect(made).not.toContain("ubuntu");
});
