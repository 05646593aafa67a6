import type { Io } from "../io/io.ts";
import { cleanupSteps, type DemoStep } from "./demo-steps.ts";

/** How the demo runs. */
export interface DemoOptions {
  readonly io: Io;
  /** The words that start the program; this one itself if not given. */
  readonly program?: readonly string[];
}

/** How the demo ended. */
export interface DemoEnd {
  /** Of the first step that failed, else 0. */
  readonly status: number;
  /** What steps printed for later ones. */
  readonly remembered: readonly string[];
}

/** Runs the steps one after the other as processes of their own; stops at the first that fails. */
export async function runDemo(
  steps: readonly DemoStep[],
  { io, program = selfCommand() }: DemoOptions,
): Promise<DemoEnd> {
  const remembered: Record<string, string> = {};
  for (const [at, step] of steps.entries()) {
    const words = step.words.map((word) =>
      word.replace(/^\{(\w+)\}$/, (_, name) => remembered[name] ?? name),
    );
    io.out(`\n# ${at + 1}/${steps.length}  ${step.note}\n$ strake ${words.map(quoteWord).join(" ")}\n`);
    if (step.input !== undefined) io.out(step.input.replace(/^(?=.)/gm, "> "));
    const { status, lastLine } = await runStep([...program, ...words], step.input, io);
    if (status !== 0) return { status, remembered: Object.values(remembered) };
    if (step.remember !== undefined) remembered[step.remember] = lastLine;
  }
  return { status: 0, remembered: Object.values(remembered) };
}

/** Removes in silence all that the demo made, now or in a run before; `images` names those without a name. */
export async function cleanUpDemo(images: readonly string[] = []): Promise<void> {
  const unnamed = images.map((image) => ["image", "rm", "-f", image]);
  for (const words of [...cleanupSteps(), ...unnamed]) {
    await Bun.spawn([...selfCommand(), ...words], { stdin: "ignore", stdout: "ignore", stderr: "ignore" })
      .exited;
  }
}

async function runStep(
  command: readonly string[],
  input: string | undefined,
  io: Io,
): Promise<{ readonly status: number; readonly lastLine: string }> {
  const child = Bun.spawn([...command], {
    stdin: input === undefined ? "ignore" : new Blob([input]),
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    await io.write("stdout", chunk);
    text = (text + decoder.decode(chunk, { stream: true })).slice(-4096);
  }
  return { status: await child.exited, lastLine: text.trimEnd().split("\n").at(-1) ?? "" };
}

/** The words that start this program again: the compiled one is its own executable, from source it is Bun with the main file. */
function selfCommand(): readonly string[] {
  const main = process.argv[1] ?? "";
  return main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, main];
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
