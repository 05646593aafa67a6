import { errorText } from "../../../base/index.ts";
import type { FailedStep } from "../../../engine/index.ts";
import { displayText, type Progress } from "../../build-progress/index.ts";
import type { Io } from "../../io/io.ts";
import { cannotBuild } from "./build-failed.ts";

const SHELL = "/bin/sh";

/** Refuses `--on-failure shell` where there is no terminal for the shell. Throws a `CliError`. */
export function checkFailureShell(io: Io): void {
  if (!io.isTerminal("stdin") || !io.isTerminal("stderr")) {
    throw cannotBuild("--on-failure shell needs a terminal");
  }
}

/** Opens a shell in the place of a step that failed; the display of the build ends before. */
export function failureShell(io: Io, progress: Progress): (failed: FailedStep) => Promise<void> {
  return async (failed) => {
    progress.finish();
    io.err(
      `${displayText(failed.name)} failed: ${displayText(errorText(failed.error))}\n` +
        "A shell in its file system follows; what you change there is lost when you leave it.\n",
    );
    const status = await failed.run([SHELL]);
    if (status === 126 || status === 127) io.err(`There is no ${SHELL} in this file system.\n`);
  };
}
