import { type GoValue, integerOf, isInteger } from "../go/go-value.ts";
import { typeName } from "../go/type-name.ts";
import { type Flags, NO_FLAGS } from "./flags.ts";
import { formatArgument } from "./format-value.ts";

const MAX_WIDTH = 1_000_000;
const DIRECTIVE = /^([#0+\- ]*)(\[[^\]]*\]?)?(\*|\d+)?(?:(\.)(\[[^\]]*\]?)?(\*|\d+)?)?(\[[^\]]*\]?)?/;

/** Go's `fmt.Sprintf`; mistakes show inline, as `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  const state: State = { args, next: 0, reordered: false, goodIndex: true, out: "" };
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent < 0) break;
    state.out += format.slice(at, percent);
    at = formatDirective(format, percent + 1, state);
  }
  state.out += format.slice(at);
  return state.out + extraArguments(state);
}

interface State {
  readonly args: readonly GoValue[];
  next: number;
  reordered: boolean;
  goodIndex: boolean;
  out: string;
}

function formatDirective(format: string, start: number, state: State): number {
  state.goodIndex = true;
  const match = DIRECTIVE.exec(format.slice(start));
  const [all = "", signs = "", first, width, dot, second, precision, third] = match ?? [];
  const verb = String.fromCodePoint(format.codePointAt(start + all.length) ?? 0);
  const missing = start + all.length >= format.length;
  let afterIndex = false;
  const takeIndex = (index: string | undefined) => {
    if (index !== undefined) {
      moveTo(state, index);
      afterIndex = true;
    }
  };
  takeIndex(first);
  let flags = parseSigns(signs);
  if (width === "*") {
    flags = withStarWidth(flags, state);
    afterIndex = false;
  } else if (width !== undefined) {
    flags = { ...flags, width: Number(width) };
    if (afterIndex) state.goodIndex = false;
  }
  if (dot !== undefined) {
    if (afterIndex) state.goodIndex = false;
    takeIndex(second);
    flags =
      precision === "*" ? withStarPrecision(flags, state) : { ...flags, precision: Number(precision ?? 0) };
  }
  takeIndex(third);
  if (missing) {
    state.out += "%!(NOVERB)";
    return format.length;
  }
  writeVerb(verb, flags, state);
  return start + all.length + verb.length;
}

function writeVerb(verb: string, flags: Flags, state: State): void {
  if (verb === "%") {
    state.out += "%";
    return;
  }
  if (!state.goodIndex) {
    state.out += `%!${verb}(BADINDEX)`;
    return;
  }
  const argument = state.args[state.next];
  if (argument === undefined) {
    state.out += `%!${verb}(MISSING)`;
    return;
  }
  state.next++;
  const own =
    verb === "v" ? { ...flags, plusV: flags.plus, sharpV: flags.sharp, plus: false, sharp: false } : flags;
  state.out += formatArgument(argument, verb, own);
}

function parseSigns(signs: string): Flags {
  if (signs === "") return NO_FLAGS;
  return {
    ...NO_FLAGS,
    minus: signs.includes("-"),
    plus: signs.includes("+"),
    sharp: signs.includes("#"),
    space: signs.includes(" "),
    zero: signs.includes("0"),
  };
}

function moveTo(state: State, index: string): void {
  state.reordered = true;
  const number = /^\[(\d+)\]$/.exec(index)?.[1];
  const at = Number(number ?? 0) - 1;
  if (number === undefined || at < 0 || at >= state.args.length) state.goodIndex = false;
  else state.next = at;
}

function withStarWidth(flags: Flags, state: State): Flags {
  const width = takeInteger(state);
  if (width === undefined) {
    state.out += "%!(BADWIDTH)";
    return flags;
  }
  return width < 0 ? { ...flags, width: -width, minus: true, zero: false } : { ...flags, width };
}

function withStarPrecision(flags: Flags, state: State): Flags {
  const precision = takeInteger(state);
  if (precision === undefined) {
    state.out += "%!(BADPREC)";
    return flags;
  }
  return precision < 0 ? flags : { ...flags, precision };
}

function takeInteger(state: State): number | undefined {
  const argument = state.args[state.next];
  if (argument === undefined) return undefined;
  state.next++;
  if (!isInteger(argument)) return undefined;
  const number = Number(integerOf(argument));
  return Math.abs(number) > MAX_WIDTH ? undefined : number;
}

function extraArguments({ args, next, reordered }: State): string {
  if (reordered || next >= args.length) return "";
  const extra = args.slice(next).map((arg) => {
    if (arg.type.kind === "invalid") return "<nil>";
    return `${typeName(arg.type)}=${formatArgument(arg, "v", NO_FLAGS)}`;
  });
  return `%!(EXTRA ${extra.join(", ")})`;
}
