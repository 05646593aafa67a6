import { CliError } from "../cli-error.ts";
import type { Io } from "../io/io.ts";
import { plainProgress } from "./plain-progress.ts";
import type { Progress, ProgressMode } from "./progress.ts";
import { rawJsonProgress } from "./raw-json-progress.ts";
import { ttyProgress } from "./tty-progress.ts";

/** Reads `--progress`. Throws {@link CliError}. */
export function readProgressMode(text: string, io: Io): ProgressMode {
  const terminal = io.isTerminal("stderr");
  switch (text) {
    case "auto":
    case "":
      return terminal && canDraw(io) ? "tty" : "plain";
    case "tty":
      if (!terminal) throw new CliError("failed to get console: provided file is not a console");
      return canDraw(io) ? "tty" : "plain";
    case "plain":
    case "rawjson":
    case "quiet":
      return text;
    case "none":
      return "quiet";
    default:
      throw new CliError(`invalid progress mode ${text}`);
  }
}

/** Starts the display of a build on stderr; once it is finished, nothing more is shown. */
export function createProgress(mode: ProgressMode, io: Io): Progress {
  const progress = startProgress(mode, io);
  let finished = false;
  return {
    onEvent: (event) => {
      if (!finished) progress.onEvent(event);
    },
    finish: () => {
      if (!finished) progress.finish();
      finished = true;
    },
  };
}

function startProgress(mode: ProgressMode, io: Io): Progress {
  const now = Date.now;
  switch (mode) {
    case "tty":
      return ttyProgress({
        write: io.err,
        size: io.terminalSize,
        now,
        colours: (io.env.NO_COLOR ?? "") === "",
      });
    case "plain":
      return plainProgress({ write: io.err, now });
    case "rawjson":
      return rawJsonProgress(io.err);
    case "quiet":
      return { onEvent: () => {}, finish: () => {} };
  }
}

function canDraw({ env }: Io): boolean {
  return env.TERM !== undefined && env.TERM !== "" && env.TERM !== "dumb";
}
