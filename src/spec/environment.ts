/** Where programs are looked for when nothing is said. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What the environment of a process is made from. */
export interface EnvironmentParts {
  readonly hostname: string;
  readonly terminal: boolean;
  readonly home: string;
  /** `K=V`, or `K` alone, which takes K away. Later entries win. */
  readonly entries: readonly string[];
}

/** The environment in Docker's order: PATH, HOSTNAME, TERM, then `entries`, each name at its first place; HOME last where it is missing. */
export function toEnvironment({ hostname, terminal, home, entries }: EnvironmentParts): string[] {
  const defaults = [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${hostname}`, ...(terminal ? ["TERM=xterm"] : [])];
  return withHome(overlayEnvironment(defaults, entries), home);
}

/** `entries` over `base`, each name at its first place; a name without `=` is taken away. */
export function overlayEnvironment(base: readonly string[], entries: readonly string[]): string[] {
  const byName = new Map(base.map((entry) => [nameOf(entry), entry]));
  for (const entry of entries) {
    if (entry.includes("=")) byName.set(nameOf(entry), entry);
    else byName.delete(entry);
  }
  return [...byName.values()];
}

/** Adds HOME where it is missing; runtimes do the same, but not all from the same source. */
export function withHome(entries: readonly string[], home: string): string[] {
  return entries.some((entry) => entry.startsWith("HOME=")) ? [...entries] : [...entries, `HOME=${home}`];
}

function nameOf(entry: string): string {
  const at = entry.indexOf("=");
  return at < 0 ? entry : entry.slice(0, at);
}
