import { EngineError } from "../base/index.ts";
import { findPattern, parseShellPattern } from "./shell-pattern.ts";

/** What follows the name in `${name…}`. */
export interface Modifier {
  /** `-`, `:-`, `+`, `:+`, `?`, `:?`, `#`, `%`, `/` or `//`. */
  readonly operator: string;
  /** The word after the operator; of `/` the pattern; of `##` and `%%` it begins with the second character. */
  readonly word: string;
  /** What `/` puts in the place of its pattern. */
  readonly by?: string;
}

/** The value of `${name…}` when `name` has `value`. Throws `invalidArgument` for `?`, and for a bad pattern. */
export function substitute(name: string, value: string | undefined, modifier: Modifier): string {
  const { operator, word, by = "" } = modifier;
  const present = value !== undefined && !(operator.startsWith(":") && value === "");
  switch (operator.slice(-1)) {
    case "-":
      return present ? value : word;
    case "+":
      return present ? word : "";
    case "?": {
      if (present) return value;
      const why = `is not allowed to be ${value === undefined ? "unset" : "empty"}`;
      throw new EngineError("invalidArgument", `${name}: ${word || why}`);
    }
    case "#":
    case "%":
      return strip(value ?? "", word, operator);
    default:
      return operator === "//" ? replaceAll(value ?? "", word, by) : replaceFirst(value ?? "", word, by);
  }
}

function strip(value: string, word: string, operator: string): string {
  const longest = word.startsWith(operator);
  const pattern = parseShellPattern(longest ? word.slice(1) : word);
  const options = { anchored: true, shortest: !longest };
  const characters = [...value];
  if (operator === "#") {
    return characters.slice(findPattern(characters, pattern, options)?.end ?? 0).join("");
  }
  const found = findPattern(characters.toReversed(), pattern.toReversed(), options)?.end ?? 0;
  return characters.slice(0, characters.length - found).join("");
}

function replaceFirst(value: string, word: string, by: string): string {
  const characters = [...value];
  const found = findPattern(characters, parseShellPattern(word));
  if (found === undefined) return value;
  return [...characters.slice(0, found.start), by, ...characters.slice(found.end)].join("");
}

/** As Go's `ReplaceAllString`: an empty match next to the match before it does not count. */
function replaceAll(value: string, word: string, by: string): string {
  const pattern = parseShellPattern(word);
  const characters = [...value];
  const template = expandTemplate(by);
  const parts: string[] = [];
  let copied = 0;
  let last = -1;
  for (let from = 0; from <= characters.length; ) {
    const found = findPattern(characters, pattern, { from });
    if (found === undefined) break;
    const { start, end } = found;
    if (end > start || start !== last) {
      parts.push(characters.slice(copied, start).join(""), template);
      copied = last = end;
    }
    from = end > start ? end : end + 1;
  }
  return [...parts, characters.slice(copied).join("")].join("");
}

/** Go's `Regexp.Expand` without any group: `$$` is a dollar, a named group is empty, another `$` stays. */
function expandTemplate(text: string): string {
  return text.replace(/\$(?:\$|\w+|\{\w+\})/g, (found) => (found === "$$" ? "$" : ""));
}
