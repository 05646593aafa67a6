import { join } from "node:path";

/** The words that start this same program again; a child's own arguments follow, as in `[...self(), "internal", name]`. */
export function self(): readonly string[] {
  const compiled = import.meta.dir.startsWith("/$bunfs");
  return compiled ? [process.execPath] : [process.execPath, join(import.meta.dir, "..", "cli", "main.ts")];
}
