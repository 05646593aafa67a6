/** Variables in the order in which they were last set, as BuildKit gives them to steps. Immutable. */
export type Environment = readonly (readonly [name: string, value: string])[];

/** Sets a variable, which moves to the end. */
export function setVariable(environment: Environment, name: string, value: string): Environment {
  return [...environment.filter(([each]) => each !== name), [name, value]];
}

/** The value of a variable. */
export function getVariable(environment: Environment, name: string): string | undefined {
  return environment.find(([each]) => each === name)?.[1];
}

/** Reads `K=V` entries; one without `=` is empty. */
export function parseEnvironment(entries: readonly string[]): Environment {
  return entries.reduce<Environment>((all, entry) => {
    const at = entry.indexOf("=");
    return at < 0 ? setVariable(all, entry, "") : setVariable(all, entry.slice(0, at), entry.slice(at + 1));
  }, []);
}

/** `K=V` entries. */
export function formatEnvironment(environment: Environment): string[] {
  return environment.map(([name, value]) => `${name}=${value}`);
}

/** `K=V` entries with one set: in place where the name is there, else at the end, as an image's config has it. */
export function replaceEntry(entries: readonly string[], name: string, value: string): string[] {
  const entry = `${name}=${value}`;
  const at = entries.findIndex((each) => each === name || each.startsWith(`${name}=`));
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}
