import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io } from "../io/io.ts";
import { type CommandStep, cleanupSteps, type DemoStep, type FileStep } from "./demo-steps.ts";

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

/** Does the steps one after the other in a folder of its own, commands as processes; stops at the first that fails. */
export async function runDemo(
  steps: readonly DemoStep[],
  { io, program = selfCommand() }: DemoOptions,
): Promise<DemoEnd> {
  const folder = mkdtempSync(join(tmpdir(), "strake-demo-"));
  try {
    const remembered: Record<string, string> = {};
    for (const [at, step] of steps.entries()) {
      io.out(`\n# ${at + 1}/${steps.length}  ${step.note}\n`);
      if ("file" in step) {
        writeStep(step, folder, io);
        continue;
      }
      const { status, lastLine } = await runCommand(step, { io, program, folder, remembered });
      if (status !== 0) return { status, remembered: Object.values(remembered) };
      if (step.remember !== undefined) remembered[step.remember] = lastLine;
    }
    return { status: 0, remembered: Object.values(remembered) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeStep({ file, text, append }: FileStep, folder: string, io: Io): void {
  io.out(`$ cat ${append ? ">>" : ">"} ${file}\n${shownInput(text)}`);
  if (append) appendFileSync(join(folder, file), text);
  else writeFileSync(join(folder, file), text);
}

interface Running {
  readonly io: Io;
  readonly program: readonly string[];
  readonly folder: string;
  readonly remembered: Readonly<Record<string, string>>;
}

async function runCommand(step: CommandStep, { io, program, folder, remembered }: Running) {
  const words = step.words.map((word) => word.replace(/^\{(\w+)\}$/, (_, name) => remembered[name] ?? name));
  io.out(`$ strake ${words.map(quoteWord).join(" ")}\n`);
  if (step.input !== undefined) io.out(shownInput(step.input));
  return await runStep([...program, ...words], { input: step.input, folder, io });
}

function shownInput(text: string): string {
  return text.replace(/^(?=.)/gm, "> ");
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
  { input, folder, io }: Pick<Running, "folder" | "io"> & { readonly input: string | undefined },
): Promise<{ readonly status: number; readonly lastLine: string }> {
  const child = Bun.spawn([...command], {
    cwd: folder,
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
