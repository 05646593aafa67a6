import type { Dockerfile } from "../dockerfile.ts";
import { expandWord, type Lookup } from "../expand-word.ts";
import type { CheckFacts } from "./check-facts.ts";

/** What FROM lines see. */
export interface GlobalScope {
  readonly lookup: Lookup;
  /** The variables that have a value, those of the file first. */
  readonly set: readonly string[];
  /** The variables of the file, with or without a value. */
  readonly declared: ReadonlySet<string>;
}

/** Reads the ARGs before the first FROM. Throws `invalidArgument` for a default that does not expand. */
export function readGlobalScope(dockerfile: Dockerfile, facts: CheckFacts): GlobalScope {
  const predefined = new Map(Object.entries(facts.platformArgs ?? {}));
  const buildArgs = new Map(Object.entries(facts.buildArgs ?? {}));
  const values = new Map<string, string>();
  const declared = new Set<string>();
  const lookup: Lookup = (name) => values.get(name) ?? predefined.get(name);
  for (const { key, value } of dockerfile.globalArgs.flatMap(({ args }) => args)) {
    declared.add(key);
    const fallback =
      value === undefined ? undefined : expandWord(value, lookup, { escape: dockerfile.escape }).text;
    const chosen = buildArgs.get(key) ?? fallback;
    if (chosen !== undefined) values.set(key, chosen);
  }
  return { lookup, set: [...values.keys(), ...predefined.keys()], declared };
}
