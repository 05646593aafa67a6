import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { busyboxArchive, busyboxLayer } from "../support/busybox-archive.ts";
import { runProcess } from "../support/run-process.ts";
import { type Mask, maskTranscript } from "./mask.ts";
import { BOX, type Scenario } from "./scenario.ts";

/** One of the two engines that are compared. */
export interface Side {
  readonly name: "docker" | "strake";
  /** With the folder of its `docker` word first in PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly masks: readonly Mask[];
  /** Removes what the scenario left. */
  clean(): Promise<void>;
}

/** Plays a scenario in a fresh working folder and returns the masked record of it. */
export async function playScenario(scenario: Scenario, side: Side): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "compat-work-"));
  try {
    await writeFile(join(folder, "box.tar"), await busyboxArchive({ reference: BOX }));
    await writeFile(join(folder, "rootfs.tar"), await busyboxLayer());
    for (const command of ["docker load -qi box.tar", ...(scenario.setup ?? [])]) {
      await runStep(command, folder, side);
    }
    const parts: string[] = [];
    for (const step of scenario.steps) parts.push(await runStep(step, folder, side));
    return maskTranscript(parts.join(""), [...side.masks, { from: folder, to: "<dir>" }]);
  } finally {
    await side.clean();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runStep(step: string, folder: string, side: Side): Promise<string> {
  const { stdout, stderr, exitCode } = await runProcess(["sh", "-c", step], { cwd: folder, env: side.env });
  const code = exitCode === 0 ? "" : `[exit ${exitCode}]\n`;
  // Hints are what Strake says beyond Docker.
  const errors = side.name === "strake" ? stderr.replace(/^Hint: .*\n/gm, "") : stderr;
  return `$ ${step}\n${asLines(stdout, "")}${asLines(errors, "! ")}${code}`;
}

/** With `prefix` before each line; a text without its last line feed ends in a sign. */
function asLines(text: string, prefix: string): string {
  if (text === "") return "";
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : `${text}<no line feed>`.split("\n");
  return lines.map((line) => `${prefix}${line}\n`).join("");
}
