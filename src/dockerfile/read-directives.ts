import type { Escape } from "./characters.ts";
import { trimStart } from "./characters.ts";
import type { Directive, Directives } from "./dockerfile.ts";
import { DockerfileError } from "./errors.ts";
import type { Source } from "./read-source.ts";
import { linesRange } from "./source-range.ts";

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;

/**
 * Reads the parser directives of the first lines: they end at the first line that is none.
 * Throws {@link DockerfileError} for one given twice, and for an escape that is neither `\` nor a backquote.
 */
export function readDirectives(source: Source): {
  directives: Directives;
  escapeToken: Escape;
  lines: number;
} {
  const found: Record<string, Directive> = {};
  let line = source.lines[0]?.startsWith("#!") ? 2 : 1;
  for (; line <= source.lines.length; line++) {
    const [, written = "", value = ""] = DIRECTIVE.exec(trimStart(source.lines[line - 1] ?? "")) ?? [];
    const name = written.toLowerCase();
    if (name !== "syntax" && name !== "check" && name !== "escape") break;
    if (found[name] !== undefined) {
      throw wrong(source, line, `only one ${name} parser directive can be used`);
    }
    found[name] = { value, line };
  }
  return { directives: found, escapeToken: readEscape(source, found.escape), lines: line - 1 };
}

function readEscape(source: Source, directive: Directive | undefined): Escape {
  if (directive === undefined) return "\\";
  const { value, line } = directive;
  if (value === "\\" || value === "`") return value;
  throw wrong(source, line, `invalid escape token '${value}' does not match \` or \\`);
}

function wrong(source: Source, line: number, message: string): DockerfileError {
  return new DockerfileError(message, {
    fileName: source.fileName,
    ranges: [linesRange(source.lines, line, line)],
  });
}
