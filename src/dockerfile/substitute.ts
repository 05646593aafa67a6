import { EngineError } from "../base/index.ts";

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
  const tokens = toTokens(longest ? word.slice(1) : word);
  if (operator === "#") return value.replace(new RegExp(`^${toSource(tokens, longest)}`, "u"), "");
  const backward = new RegExp(`^${toSource(tokens.reverse(), longest)}`, "u");
  const [found = ""] = backward.exec([...value].reverse().join("")) ?? [];
  return value.slice(0, value.length - found.length);
}

function replaceFirst(value: string, pattern: string, by: string): string {
  return value.replace(new RegExp(toSource(toTokens(pattern), true), "u"), () => by);
}

function replaceAll(value: string, pattern: string, by: string): string {
  return value.replace(new RegExp(toSource(toTokens(pattern), true), "gu"), () => expandTemplate(by));
}

/** Go's `Regexp.Expand` without any group: `$$` is a dollar, a named group is empty, another `$` stays. */
function expandTemplate(text: string): string {
  return text.replace(/\$(?:\$|\w+|\{\w+\})/g, (found) => (found === "$$" ? "$" : ""));
}

/** Takes a shell pattern without brackets apart: `*`, `?`, and `\\` before those two, itself, `}` and `/`. */
function toTokens(pattern: string): string[] {
  const tokens = pattern.match(/\\[\s\S]?|[\s\S]/gu) ?? [];
  const bad = tokens.find((token) => token.startsWith("\\") && !/^\\[*?\\}/]$/.test(token));
  if (bad === undefined) return tokens;
  throw new EngineError(
    "invalidArgument",
    `invalid pattern (${pattern}) in substitution: invalid escape '\\${bad.slice(1) || "\ufffd"}'`,
  );
}

function toSource(tokens: readonly string[], longest: boolean): string {
  return tokens.map((token) => toRegExp(token, longest)).join("");
}

function toRegExp(token: string, longest: boolean): string {
  if (token === "*") return longest ? "[^\\n]*" : "[^\\n]*?";
  if (token === "?") return "[^\\n]";
  return RegExp.escape(token.startsWith("\\") ? token.slice(1) : token);
}
