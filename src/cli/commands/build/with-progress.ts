import type { BuildCallOptions, BuildWarning } from "../../../engine/index.ts";
import {
  createProgress,
  type Progress,
  type ProgressMode,
  warningsBlock,
} from "../../build-progress/index.ts";
import { credentialsOf } from "../../credentials/find-credential.ts";
import type { Io } from "../../io/io.ts";

/** Runs something of the builder while its progress is shown; an interrupt ends it. What the checks found is said also when it fails. */
export async function withProgress<T>(
  mode: ProgressMode,
  io: Io,
  run: (options: BuildCallOptions, progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = createProgress(mode, io);
  const warnings: BuildWarning[] = [];
  const onEvent: BuildCallOptions["onEvent"] = (event) => {
    if (event.kind === "warning") warnings.push(event.warning);
    progress.onEvent(event);
  };
  try {
    const credentials = credentialsOf(io);
    return await run({ onEvent, credentials, signal: io.interruptSignal() }, progress);
  } catch (error) {
    progress.finish();
    showWarnings({ warnings, dockerfile: { name: "", text: "" } }, mode, io);
    throw error;
  } finally {
    progress.finish();
  }
}

/** Lists what the checks found, in the modes that say more than the result. */
export function showWarnings(found: Parameters<typeof warningsBlock>[0], mode: ProgressMode, io: Io): void {
  if (mode !== "plain" && mode !== "tty") return;
  io.err(warningsBlock(found, { expanded: io.settings.debug, colours: io.isTerminal("stderr") }));
}
