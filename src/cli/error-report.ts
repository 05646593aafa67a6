import { EngineError, withoutControls } from "../base/index.ts";
import { CliError } from "./cli-error.ts";
import { CommandFailed } from "./command.ts";
import { commandsOf, topCommands } from "./command-table.ts";
import { errorLine } from "./error-line.ts";
import type { FlagError } from "./flags/flag-error.ts";
import { nearest } from "./flags/nearest.ts";
import type { Io } from "./io/io.ts";
import { StartFailure } from "./start-failure.ts";

/** Says what is wrong with a flag; Docker's status for it is 125. */
export function reportFlagError(
  error: FlagError,
  { path, usage }: { readonly path: string; readonly usage: string },
  io: Io,
): number {
  const suggestion = error.suggestion === undefined ? "" : `${error.suggestion}\n`;
  const name = path === "" ? "strake" : `strake ${path}`;
  io.err(`${error.message}\n${suggestion}\n${usage}\n\nRun '${name} --help' for more information\n`);
  return 125;
}

/** Says that there is no such command, and which one may have been meant. */
export function reportUnknownCommand(words: readonly string[], io: Io): number {
  const group = words.length > 1 ? words[0] : undefined;
  const known = group === undefined ? topCommands() : commandsOf(group);
  const close = nearest(
    words.at(-1) ?? "",
    known.map(({ name }) => name),
  );
  const inside = group === undefined ? "" : ` ${group}`;
  io.err(`strake: unknown command: strake ${words.join(" ")}\n`);
  if (close !== undefined) io.err(`Did you mean 'strake${inside} ${close}'?\n`);
  const usage = group === undefined ? "" : `Usage:  strake ${group}\n\n`;
  io.err(`\n${usage}Run 'strake${inside} --help' for more information\n`);
  return 1;
}

/** Says what went wrong in a command and returns its exit status. */
export function reportError(
  error: unknown,
  { path, errors }: { readonly path: string; readonly errors: "plain" | "named" },
  io: Io,
): number {
  if (error instanceof CommandFailed) {
    if (error.message !== "") io.err(`${error.message}\n`);
    return error.status;
  }
  if (error instanceof EngineError && error.kind === "cancelled") return 0;
  // Docker says the name of the program where the request itself could not be read.
  if (errors === "named" || error instanceof StartFailure) {
    io.err(
      `strake: ${errorLine(error)}\n${hintOf(error)}\nRun 'strake ${path} --help' for more information\n`,
    );
  } else {
    io.err(`${errorLine(error)}\n${hintOf(error)}`);
  }
  if (io.settings.debug && error instanceof Error) io.err(`${error.stack}\n`);
  return error instanceof StartFailure ? error.status : 1;
}

function hintOf(error: unknown): string {
  const hinted = error instanceof EngineError || error instanceof StartFailure || error instanceof CliError;
  return hinted && error.hint !== undefined ? `Hint: ${withoutControls(error.hint)}\n` : "";
}
