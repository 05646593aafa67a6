import type { Vertex } from "../graph/vertex.ts";
import type { KeyParts, KeyValue } from "../ops/op.ts";
import type { KeyChange } from "../report.ts";

/** One thing that made a step miss, in a person's words. */
export interface MissReason {
  readonly kind: "asked" | "first" | "gone" | "parent" | "files" | "command" | "environment" | "option";
  readonly text: string;
  /** The part of the key that it is about, where there is one. */
  readonly change?: KeyChange;
}

/** Says why the cache has no result for a step with these parts. */
export type MissExplainer = (vertex: Vertex, parts: KeyParts) => readonly MissReason[];

/** An earlier execution to compare with. */
export interface EarlierStep {
  readonly parts: KeyParts;
  readonly text: string;
}

/** What changed between two executions of a step. Empty when nothing did. */
export function compareParts(
  before: KeyParts,
  after: KeyParts,
  filesDiffer: (before: string, after: string) => readonly string[],
): MissReason[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => !Bun.deepEquals(before[name], after[name]))
    .flatMap((name) => {
      const change = { part: name, before: formatValue(before[name]), after: formatValue(after[name]) };
      const reasons = compareValue(name, { before: before[name], after: after[name] }, filesDiffer);
      return reasons.map((reason) => ({ ...reason, change }));
    });
}

function formatValue(value: KeyValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface Change {
  readonly before: KeyValue | undefined;
  readonly after: KeyValue | undefined;
}

function compareValue(
  name: string,
  change: Change,
  filesDiffer: (before: string, after: string) => readonly string[],
): MissReason[] {
  const { before, after } = change;
  if (name === "parent") return [{ kind: "parent", text: "what it stands on changed" }];
  if (name === "files" || name.startsWith("files.")) {
    const texts = filesDiffer(String(before ?? ""), String(after ?? ""));
    return texts.map((text) => ({ kind: "files", text }));
  }
  if (name === "env") return compareEnvironments(toList(before), toList(after));
  const kind = name === "args" || name === "script" ? "command" : "option";
  const label = name === "args" ? "the command" : name === "script" ? "the script" : name;
  return [{ kind, text: `${label} changed: ${show(before)} -> ${show(after)}` }];
}

function compareEnvironments(before: readonly string[], after: readonly string[]): MissReason[] {
  const old = toVariables(before);
  const now = toVariables(after);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changed = names.filter((name) => old.get(name) !== now.get(name));
  if (changed.length === 0) return [{ kind: "environment", text: "the order of variables changed" }];
  return changed.map((name) => ({
    kind: "environment",
    text: `variable ${name} changed: ${show(old.get(name))} -> ${show(now.get(name))}`,
  }));
}

function toVariables(entries: readonly string[]): Map<string, string> {
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

function toList(value: KeyValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

const SHOWN = 120;

function show(value: KeyValue | undefined): string {
  if (value === undefined || value === null) return "(none)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text === "" ? "(empty)" : text.replace(/\s+/g, " ");
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
