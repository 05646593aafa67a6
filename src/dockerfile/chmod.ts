import { InstructionError } from "./errors.ts";

/** What `--chmod` of COPY and ADD asks for. */
export type Chmod =
  /** The mode itself, set-id and sticky bits included. */
  | { readonly kind: "octal"; readonly mode: number }
  | { readonly kind: "symbolic"; readonly changes: readonly ModeChange[] };

/** One `u+x` of a symbolic mode. */
export interface ModeChange {
  readonly who: string;
  readonly operator: "+" | "-" | "=";
  /** Letters of `rwxXst`, or one of `ugo` whose bits are copied. */
  readonly permissions: string;
}

const CLAUSE = /^([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)$/;
const ACTION = /([-+=])([ugo]|[rwxXst]*)/g;
const SHIFT: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
const BITS: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1 };

/** Reads `755`, `u=rwX,go=rX`, `+x`. Throws {@link InstructionError} with BuildKit's texts. */
export function parseChmod(text: string): Chmod {
  if (/^[0-7]+$/.test(text) && Number.parseInt(text, 8) <= 0o7777) {
    return { kind: "octal", mode: Number.parseInt(text, 8) };
  }
  if (/^[0-9]/.test(text)) {
    throw new InstructionError(
      `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`,
      { culprit: text },
    );
  }
  const changes = text.split(",").flatMap((clause) => {
    const [, who = "", actions] = CLAUSE.exec(clause) ?? [];
    if (actions === undefined) throw new InstructionError("invalid syntax", { culprit: text });
    return Array.from(actions.matchAll(ACTION), ([, operator = "", permissions = ""]): ModeChange => {
      return { who, operator: operator as ModeChange["operator"], permissions };
    });
  });
  return { kind: "symbolic", changes };
}

/** The mode of a file after `chmod`; `mode` is the twelve bits it has before. */
export function applyChmod(chmod: Chmod, mode: number, isFolder: boolean): number {
  if (chmod.kind === "octal") return chmod.mode;
  const executable = isFolder || (mode & 0o111) !== 0;
  return chmod.changes.reduce((before, change) => applyChange(change, before, executable), mode);
}

/** `executable`: whether `X` counts, which what the file was before any change decides. */
function applyChange({ who, operator, permissions }: ModeChange, mode: number, executable: boolean): number {
  const everyone = who === "" || who.includes("a");
  const classes = everyone ? "ugo" : who;
  let mask = 0;
  let bits = 0;
  for (const each of new Set(classes)) {
    const shift = SHIFT[each] ?? 0;
    mask |= 7 << shift;
    bits |= classBits(permissions, mode, executable) << shift;
    if (permissions.includes("s") && each === "u") bits |= 0o4000;
    if (permissions.includes("s") && each === "g") bits |= 0o2000;
    if (each === "u") mask |= 0o4000;
    if (each === "g") mask |= 0o2000;
  }
  if (everyone && permissions.includes("t")) bits |= 0o1000;
  if (everyone) mask |= 0o1000;
  if (operator === "+") return mode | bits;
  if (operator === "-") return mode & ~bits;
  return (mode & ~mask) | bits;
}

/** The three bits that a class gets. */
function classBits(permissions: string, mode: number, executable: boolean): number {
  const copied = permissions.length === 1 ? SHIFT[permissions] : undefined;
  if (copied !== undefined) return (mode >> copied) & 7;
  let bits = 0;
  for (const letter of permissions) bits |= BITS[letter] ?? (letter === "X" && executable ? 1 : 0);
  return bits;
}
