import { writeSync } from "node:fs";

/** An entry point that Strake calls itself by, in a process of its own; no part of the user's command line. */
type InternalEntry = (words: readonly string[]) => Promise<number>;

const ENTRIES: Readonly<Record<string, InternalEntry>> = {
  unpack: async (words) => (await import("../engine/index.ts")).runLayerJob(words),
  exited: (words) => callBack("exited", words),
  "exec-exited": (words) => callBack("execExited", words),
  attend: (words) => callBack("attend", words),
};

/** Runs `strake internal <name> …` and returns the exit status. */
export async function runInternal([name = "", ...words]: readonly string[]): Promise<number> {
  const entry = Object.hasOwn(ENTRIES, name) ? ENTRIES[name] : undefined;
  if (entry !== undefined) return await entry(words);
  writeSync(2, `strake: unknown internal entry: ${name}\n`);
  return 1;
}

/** What the monitor of a container, or this engine itself, calls on a store for one container or exec. */
async function callBack(
  name: "exited" | "execExited" | "attend",
  [root = "", run = "", id = ""]: readonly string[],
): Promise<number> {
  const { openEngine } = await import("../engine/index.ts");
  const engine = await openEngine({ root, run });
  try {
    await engine.callbacks[name](id);
    return 0;
  } finally {
    await engine.close();
  }
}
