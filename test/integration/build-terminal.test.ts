import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { displayWidth } from "../../src/cli/format/index.ts";
import { busyboxArchive, hasBusybox } from "../support/busybox-archive.ts";
import { strake, strakeCommand } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";
import { inTerminal, type TerminalOptions } from "../support/terminal.ts";

setDefaultTimeout(30_000);
const able = hasBusybox && process.getuid?.() === 0;

let root: TempRoot;
let folder: string;

beforeAll(async () => {
  if (!able) return;
  root = await tempRoot();
  folder = join(root.path, "work");
  mkdirSync(join(folder, "ctx"), { recursive: true });
  writeFileSync(join(folder, "box.tar"), await busyboxArchive({ reference: "box:1" }));
  await run(["load", "-qi", "box.tar"]);
});
afterAll(() => root?.remove());

async function run(words: readonly string[]) {
  return await strake(words, { cwd: folder, env: root.env });
}

function inBuild(dockerfile: string, words: readonly string[] = [], options: TerminalOptions = {}) {
  const name = `${Bun.hash(dockerfile).toString(16)}.Dockerfile`;
  writeFileSync(join(folder, name), dockerfile);
  const command = [...strakeCommand, "build", "-f", name, ...words, "ctx"];
  return inTerminal(command, { cwd: folder, env: root.env, ...options });
}

/** A move up, another escape sequence, an end of line, or text. */
const ESC = "\x1b";
const PIECES = new RegExp(`${ESC}\\[(\\d+)A|(${ESC}\\[[?\\d;]*[A-Za-z])|([\\r\\n]|[^${ESC}\\r\\n]+)`, "g");

/** What stands on each line when all is written, the lines above the screen included. */
function linesOf(output: string): string[] {
  const lines: string[] = [""];
  let at = 0;
  for (const [, move, other, text] of output.matchAll(PIECES)) {
    if (move !== undefined) at = Math.max(0, at - Number(move));
    else if (other === "\x1b[K") lines[at] = lines[at] ?? "";
    else if (other === "\x1b[J") lines.length = Math.max(at + 1, 0);
    else if (text === "\n") lines[++at] ??= "";
    else if (text !== undefined && text !== "\r") lines[at] = text;
  }
  return lines;
}

describe.skipIf(!able)("a build on a terminal", () => {
  test("is a picture that ends with all steps, also of those that ran at once", async () => {
    await using session = inBuild(
      "FROM box:1 AS a\nRUN echo from a; sleep 0.5\nFROM box:1 AS b\nRUN echo from b; sleep 0.5\nFROM scratch\nCOPY --from=a /bin/sh /a\nCOPY --from=b /bin/sh /b\n",
    );
    await session.waitFor(" => => # from a");
    await session.waitFor(" => => # from b");
    expect(await session.exited).toBe(0);
    const lines = linesOf(session.output());
    expect(lines[0]).toMatch(/^\[\+\] Building \d+\.\ds \((\d+)\/\1\) FINISHED +docker:default$/);
    expect(lines.filter((line) => line.includes("RUN echo from")).length).toBe(2);
    expect(lines.filter((line) => line.includes("# from"))).toEqual([]);
  });

  test("stays within a narrow terminal that is made narrower, whatever a step prints", async () => {
    const noise =
      "for i in 1 2 3 4 5 6 7 8; do printf '\\033[31m日本語日本語日本語 %s\\033[0m\\t\\007\\r\\n' $i; sleep 0.1; done";
    await using session = inBuild(`FROM box:1\nRUN ${noise}\n`, [], { columns: 44, rows: 12 });
    await session.waitFor("日本語 3");
    session.resize(30, 8);
    expect(await session.exited).toBe(0);
    const narrow = session.output().slice(session.output().lastIndexOf("\x1b[?25l"));
    for (const line of linesOf(narrow)) expect(displayWidth(line)).toBeLessThan(30);
  });

  test("is plain lines where the terminal cannot draw", async () => {
    await using session = inBuild("FROM box:1\nRUN echo plain\n", [], { env: { ...root.env, TERM: "dumb" } });
    expect(await session.exited).toBe(0);
    expect(session.output()).toContain("echo plain\r\n");
    expect(session.output()).not.toContain("\x1b[");
  });

  test("shows what failed once more below the picture", async () => {
    await using session = inBuild("FROM box:1\nRUN echo oops; exit 4\n");
    expect(await session.exited).toBe(1);
    const text = linesOf(session.output()).join("\n");
    expect(text).toMatch(
      / => ERROR \[2\/2\] RUN echo oops; exit 4 +\d\.\ds\n------\n > \[2\/2\] RUN echo oops; exit 4:\n\d\.\d{3} oops\n------\n/,
    );
    expect(text).toContain("ERROR: failed to build: failed to solve: process");
  });

  test("opens a shell in the file system of a step that failed", async () => {
    await using session = inBuild("FROM box:1\nRUN echo kept > /made; exit 5\n", ["--on-failure", "shell"]);
    await session.waitFor("A shell in its file system follows");
    session.send("cat /made; exit 0\r");
    await session.waitFor(/\r\nkept\r\n/);
    expect(await session.exited).toBe(1);
  });

  test("ends at once when the user interrupts it, and leaves nothing", async () => {
    await using session = inBuild("FROM box:1\nRUN echo started; sleep 100\n");
    await session.waitFor("# started");
    session.send("\x03");
    expect(await session.exited).toBe(130);
    expect(session.output()).toContain("CANCELED");
    expect(session.output()).toEndWith(
      "ERROR: failed to build: failed to solve: Canceled: context canceled\r\n",
    );
  });
});
