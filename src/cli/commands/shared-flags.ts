import { CliError } from "../cli-error.ts";
import { bool, text } from "../flags/kinds.ts";

/** `--format` of the commands that list. */
export const LIST_FORMAT = text(
  "Format output using a custom template:\n'table':            Print output in table format with column headers (default)\n'table TEMPLATE':   Print output in table format using the given Go template\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
);

const INSPECT_TEXT =
  "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates";

/** `--format` of `events`, which has no short form. */
export const OBJECT_FORMAT = text(INSPECT_TEXT);

/** `-f`, `--format` of the commands that show one object. */
export const INSPECT_FORMAT = text(INSPECT_TEXT, { shorthand: "f" });

/** `--disable-content-trust`. */
export const CONTENT_TRUST = bool("Skip image verification", { initial: true });

/** Refuses `--disable-content-trust=false`. */
export function checkContentTrust(disabled: boolean): void {
  if (!disabled) {
    throw new CliError("cannot use --disable-content-trust=false: there is no Notary client");
  }
}

/** `-f`, `--force` of the prune commands. */
export const PRUNE_FORCE = bool("Do not prompt for confirmation", { shorthand: "f" });
