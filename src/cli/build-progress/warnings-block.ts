import type { BuildReport, BuildWarning } from "../../engine/index.ts";
import { warningLine } from "./build-view.ts";
import { formatExcerpt } from "./format-excerpt.ts";

/** How the findings of the checks are shown after a build. */
export interface WarningOptions {
  /** With the texts and places, as with `--debug`. */
  readonly expanded: boolean;
  readonly colours: boolean;
}

/** The findings as BuildKit lists them at the end of a build; empty without any. */
export function warningsBlock(
  { warnings, dockerfile }: Pick<BuildReport, "warnings" | "dockerfile">,
  { expanded, colours }: WarningOptions,
): string {
  if (warnings.length === 0) return "";
  const count = `${warnings.length} warning${warnings.length === 1 ? "" : "s"} found`;
  const head = `${count}${expanded ? "" : " (use strake --debug to expand)"}:\n`;
  const lines = warnings.map((warning) => {
    const line = ` - ${warningLine(warning)}\n`;
    return expanded ? `${line}${formatDetails(warning, dockerfile)}\n` : line;
  });
  return `\n ${colours ? `\x1b[33m${head}\x1b[0m` : head}${lines.join("")}`;
}

function formatDetails(
  { description, url, lines }: BuildWarning,
  dockerfile: BuildReport["dockerfile"],
): string {
  const more = url === "" ? "" : `More info: ${url}\n`;
  return `${description}\n${more}${lines === undefined || dockerfile.text === "" ? "" : formatExcerpt(dockerfile, lines)}`;
}
