import { EngineError, errorText } from "../../../base/index.ts";
import type { BuildError } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed } from "../../command.ts";

/** What stops a build before it begins, in buildx's words: `failed to build: …`. */
export function cannotBuild(message: string, detail: { readonly hint?: string } = {}): CliError {
  return new CliError(`failed to build: ${message}`, detail);
}

/** An error of a build as buildx shows it: the lines of the Dockerfile, then `ERROR: …`; the status is 1. */
export function asBuildFailure(error: unknown): unknown {
  if (error instanceof CommandFailed || !(error instanceof Error)) return error;
  if (error instanceof CliError) return failed(`ERROR: ${error.message}`, error.hint);
  if (!(error instanceof EngineError)) return error;
  if (error.kind === "cancelled") {
    return failed("ERROR: failed to build: failed to solve: Canceled: context canceled", undefined);
  }
  const excerpt = isBuildError(error) ? (error.excerpt ?? "").trimEnd() : "";
  return failed(
    `${excerpt === "" ? "" : `${excerpt}\n`}ERROR: failed to build: failed to solve: ${errorText(error)}`,
    error.hint,
  );
}

function failed(text: string, hint: string | undefined): CommandFailed {
  return new CommandFailed(1, hint === undefined ? text : `${text}\nHint: ${hint}`);
}

// By name, so that none of the build room's code is loaded here.
function isBuildError(error: EngineError): error is BuildError {
  return error.name === "BuildError";
}
