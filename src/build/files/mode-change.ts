import { EngineError } from "../../base/index.ts";
import { badMode } from "./errors.ts";
import type { FileNode } from "./file-node.ts";

/** What `--chmod` asks for. */
export interface ModeChange {
  /** Mode of folders that have to be made; undefined for the usual one. */
  readonly made: number | undefined;
  apply(node: Pick<FileNode, "mode" | "kind">): number;
}

/** Reads the value of `--chmod`, octal or symbolic (chmod(1)); undefined for an empty one. Throws `invalidArgument`. */
export function parseMode(text: string): ModeChange | undefined {
  if (text === "") return undefined;
  if (/^\d/.test(text)) return parseOctal(text);
  const clauses = text.split(",").map(parseClause);
  return {
    made: undefined,
    apply: ({ mode, kind }) => {
      const canRun = kind === "directory" || (mode & 0o111) !== 0;
      return clauses.reduce((changed, clause) => applyClause(clause, changed, canRun), mode);
    },
  };
}

function parseOctal(text: string): ModeChange {
  const mode = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : -1;
  if (mode < 0 || mode > 0o7777) throw badMode(text);
  return { made: mode, apply: () => mode };
}

interface Clause {
  readonly who: string;
  readonly actions: readonly { readonly operator: string; readonly what: string }[];
}

function parseClause(text: string): Clause {
  const found = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(text);
  if (found === null) throw new EngineError("invalidArgument", "invalid syntax");
  const [, who = "", rest = ""] = found;
  const actions = [...rest.matchAll(/([-+=])([rwxXstugo]*)/g)].map(([, operator = "", what = ""]) => ({
    operator,
    what,
  }));
  return { who, actions };
}

const SHIFTS: readonly (readonly [who: string, shift: number, special: number])[] = [
  ["u", 6, 0o4000],
  ["g", 3, 0o2000],
  ["o", 0, 0],
];

function applyClause({ who, actions }: Clause, mode: number, canRun: boolean): number {
  const everyone = who === "" || who.includes("a");
  const chosen = SHIFTS.filter(([name]) => everyone || who.includes(name));
  let result = mode;
  for (const { operator, what } of actions) {
    const before = result;
    for (const [, shift, special] of chosen) {
      const bits = permissions(what, before, canRun) << shift;
      const extra = what.includes("s") ? special : 0;
      if (operator === "=") result &= ~((0o7 << shift) | special);
      result = operator === "-" ? result & ~(bits | extra) : result | bits | extra;
    }
    const sticky = everyone && what.includes("t") ? 0o1000 : 0;
    if (operator === "=" && everyone) result &= ~0o1000;
    result = operator === "-" ? result & ~sticky : result | sticky;
  }
  return result;
}

/** The three bits that the letters stand for; `X` counts where the object could be run before any change. */
function permissions(what: string, mode: number, canRun: boolean): number {
  let bits = 0;
  for (const letter of what) {
    const copied = SHIFTS.find(([name]) => name === letter);
    if (copied !== undefined) bits |= (mode >> copied[1]) & 0o7;
    else if (letter === "r") bits |= 4;
    else if (letter === "w") bits |= 2;
    else if (letter === "x" || (letter === "X" && canRun)) bits |= 1;
  }
  return bits;
}
