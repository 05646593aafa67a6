import { CommandFailed } from "../../command.ts";
import type { FlagValues } from "../../flags/flag.ts";
import { int, text } from "../../flags/kinds.ts";

/** The flags of `stop` and `restart`. */
export const STOP_FLAGS = {
  signal: text("Signal to send to the container", { shorthand: "s" }),
  timeout: int("Seconds to wait before killing the container", { shorthand: "t" }),
  time: int("Seconds to wait before killing the container", { deprecated: "use --timeout instead" }),
};

/** How to stop, with only what was given. */
export function toStopOptions(
  flags: FlagValues<typeof STOP_FLAGS>,
  changed: ReadonlySet<string>,
): { readonly signal?: string; readonly timeout?: number } {
  if (changed.has("time") && changed.has("timeout")) {
    throw new CommandFailed(1, "conflicting options: cannot specify both --timeout and --time");
  }
  const timeout = changed.has("time") ? flags.time : changed.has("timeout") ? flags.timeout : undefined;
  return {
    ...(flags.signal === "" ? {} : { signal: flags.signal }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}
