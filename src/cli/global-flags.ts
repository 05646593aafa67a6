import { bool, list, text } from "./flags/kinds.ts";

/** The flags before the command. */
export const GLOBAL_FLAGS = {
  config: text("Location of client config files", { shownDefault: '"~/.docker"' }),
  context: text("Name of the context to use to connect to the daemon (not available: Strake has no daemon)", {
    shorthand: "c",
  }),
  debug: bool("Enable debug mode", { shorthand: "D" }),
  host: list("Daemon socket to connect to (not available: Strake has no daemon)", { shorthand: "H" }),
  "log-level": text('Set the logging level ("debug", "info", "warn", "error", "fatal")', {
    shorthand: "l",
    initial: "info",
  }),
  version: bool("Print version information and quit", { shorthand: "v" }),
};
