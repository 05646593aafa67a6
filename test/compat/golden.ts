import { fileURLToPath } from "node:url";

const HEAD = /^=== (.*)$/m;

/** Where the recorded answers of the real Docker for a group are. */
export function goldenPath(group: string): string {
  return fileURLToPath(new URL(`golden/${group}.txt`, import.meta.url));
}

/** The recorded transcripts by the name of their scenario; empty when nothing was recorded. */
export async function readGolden(group: string): Promise<ReadonlyMap<string, string>> {
  const file = Bun.file(goldenPath(group));
  if (!(await file.exists())) return new Map();
  const [, ...parts] = (await file.text()).split(HEAD);
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    found.set(parts[at] ?? "", (parts[at + 1] ?? "").slice(1));
  }
  return found;
}

/** The text of a golden file. */
export function formatGolden(transcripts: ReadonlyMap<string, string>): string {
  return [...transcripts].map(([name, text]) => `=== ${name}\n${text}`).join("");
}
