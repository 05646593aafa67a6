/** Variables in the order in which they were last set, as BuildKit gives them to steps. */
export type Environment = Map<string, string>;

/** Sets a variable, which moves to the end. */
export function setVariable(environment: Environment, name: string, value: string): void {
  environment.delete(name);
  environment.set(name, value);
}

/** Reads `K=V` entries; one without `=` is empty. */
export function parseEnvironment(entries: readonly string[]): Environment {
  const environment: Environment = new Map();
  for (const entry of entries) setVariable(environment, nameOf(entry), entry.slice(nameOf(entry).length + 1));
  return environment;
}

/** `K=V` entries. */
export function formatEnvironment(environment: Environment): string[] {
  return [...environment].map(([name, value]) => `${name}=${value}`);
}

/** The `K=V` entries of an image's config: a variable that is set again keeps its place. */
export interface ConfigEnvironment {
  readonly entries: string[];
  /** Where the first entry of each name is. */
  readonly places: Map<string, number>;
}

/** The environment with these entries. */
export function toConfigEnvironment(entries: readonly string[]): ConfigEnvironment {
  const places = new Map<string, number>();
  for (const [at, entry] of entries.entries()) if (!places.has(nameOf(entry))) places.set(nameOf(entry), at);
  return { entries: [...entries], places };
}

/** Sets an entry: in place where the name is there, else at the end. */
export function setEntry({ entries, places }: ConfigEnvironment, name: string, value: string): void {
  const at = places.get(name) ?? entries.length;
  places.set(name, at);
  entries[at] = `${name}=${value}`;
}

function nameOf(entry: string): string {
  const at = entry.indexOf("=");
  return at < 0 ? entry : entry.slice(0, at);
}
