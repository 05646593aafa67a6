import { goQuote } from "../../../base/index.ts";
import { CliError } from "../../cli-error.ts";
import { text } from "../../flags/kinds.ts";

/** The one builder there is. */
export const DEFAULT_BUILDER = "default";

/** `--builder` of the commands that take it. */
export const BUILDER = text("Override the configured builder instance", { shownDefault: '"default"' });

/** Refuses every builder but the one there is. Throws {@link CliError} with buildx's text. */
export function checkBuilder(name: string): void {
  if (name === "" || name === DEFAULT_BUILDER) return;
  throw new CliError(`no builder ${goQuote(name)} found`, { hint: "Strake is the only builder here" });
}
