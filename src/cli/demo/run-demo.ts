import type { Io } from "../io/io.ts";
import { cleanupSteps, type DemoStep } from "./demo-steps.ts";

/** How the demo runs. */
export interface DemoOptions {
  readonly io: Io;
  /** Leave everything that was made. */
  readonly keep: boolean;
}

/** Runs the steps one after the other as processes of their own; stops at the first that fails and gives its status. */
export async function runDemo(steps: readonly DemoStep[], { io, keep }: DemoOptions): Promise<number> {
  const remembered: Record<string, string> = {};
  let status = 0;
  await cleanUp();
  for (const [at, step] of steps.entries()) {
    const words = step.words.map((word) =>
      word.replace(/^\{(\w+)\}$/, (_, name) => remembered[name] ?? name),
    );
    io.out(`\n# ${at + 1}/${steps.length}  ${step.note}\n$ strake ${words.map(quoteWord).join(" ")}\n`);
    if (step.input !== undefined) io.out(step.input.replace(/^(?=.)/gm, "> "));
    const ended = await runStep(words, step.input, io);
    status = ended.status;
    if (status !== 0) break;
    if (step.remember !== undefined) remembered[step.remember] = ended.lastLine;
  }
  if (!keep) await cleanUp(Object.values(remembered));
  if (status === 0) io.out("\n# That was the tutorial.\n");
  return status;
}

async function runStep(
  words: readonly string[],
  input: string | undefined,
  io: Io,
): Promise<{ readonly status: number; readonly lastLine: string }> {
  const child = Bun.spawn([...selfCommand(), ...words], {
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

async function cleanUp(images: readonly string[] = []): Promise<void> {
  const unnamed = images.map((image) => ["image", "rm", "-f", image]);
  for (const words of [...cleanupSteps(), ...unnamed]) {
    await Bun.spawn([...selfCommand(), ...words], { stdin: "ignore", stdout: "ignore", stderr: "ignore" })
      .exited;
  }
}

/** The words that start this program again: the compiled one is its own executable, from source it is Bun with the main file. */
function selfCommand(): readonly string[] {
  const main = process.argv[1] ?? "";
  return main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, main];
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
