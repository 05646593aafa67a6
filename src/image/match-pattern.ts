import { EngineError } from "../base/index.ts";

/**
 * Go's `path.Match`: `*` and `?` stop at `/`, `[a-z]` and `[^a]` are classes, `\` quotes.
 * Throws `invalidArgument` for a malformed pattern.
 */
export function toPathPattern(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else if (character === "[") {
      const { text, end } = readClass(pattern, at);
      source += text;
      at = end;
    } else if (character === "\\") {
      at++;
      if (at === pattern.length) throw badPattern();
      source += quote(pattern.charAt(at));
    } else source += quote(character);
  }
  return new RegExp(`^${source}$`, "s");
}

function readClass(pattern: string, start: number): { readonly text: string; readonly end: number } {
  let at = start + 1;
  const negated = pattern.charAt(at) === "^";
  if (negated) at++;
  const ranges: string[] = [];
  const read = (): string => {
    if (pattern.charAt(at) === "\\") at++;
    const character = pattern.charAt(at++);
    if (character === "" || (character === "-" && pattern.charAt(at - 2) !== "\\")) throw badPattern();
    return character;
  };
  for (;;) {
    if (at >= pattern.length) throw badPattern();
    if (pattern.charAt(at) === "]" && ranges.length > 0) break;
    if (pattern.charAt(at) === "]") throw badPattern();
    const low = read();
    let high = low;
    if (pattern.charAt(at) === "-") {
      at++;
      high = read();
    }
    if (low <= high) ranges.push(`${quote(low)}-${quote(high)}`);
    else ranges.push("");
  }
  const inside = ranges.join("");
  if (inside === "") return { text: negated ? "[^/]" : "(?!)", end: at };
  return { text: negated ? `(?!/)[^${inside}]` : `[${inside}]`, end: at };
}

function quote(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

function badPattern(): EngineError {
  return new EngineError("invalidArgument", "syntax error in pattern");
}
