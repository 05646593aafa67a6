import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EngineRoot } from "./engine-root.ts";
import type { Outcome } from "./run-process.ts";

/** A build context of a test, and `strake build` on it. */
export interface BuildFolder {
  readonly path: string;
  write(name: string, content: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** `strake build --progress plain words… .`; the Dockerfile is replaced when one is given. */
  build(words: readonly string[], dockerfile?: string): Promise<Outcome>;
  /** Names of the steps that were executed, and of those that came from the cache, as the progress shows them. */
  steps(outcome: Outcome): { readonly ran: readonly string[]; readonly cached: readonly string[] };
}

/** Makes an empty context below the root of `at`. */
export async function buildFolder(at: EngineRoot): Promise<BuildFolder> {
  const path = await mkdtemp(join(at.root.path, "context-"));
  const write: BuildFolder["write"] = async (name, content) => {
    await mkdir(join(path, name, ".."), { recursive: true });
    await Bun.write(join(path, name), content);
  };
  return {
    path,
    write,
    remove: (name) => rm(join(path, name), { recursive: true }),
    async build(words, dockerfile) {
      if (dockerfile !== undefined) await write("Dockerfile", dockerfile);
      return await at.cli(["build", "--progress", "plain", ...words, path]);
    },
    steps: ({ stderr }) => readSteps(stderr),
  };
}

function readSteps(progress: string) {
  const names = new Map<string, string>();
  const cached: string[] = [];
  const ran: string[] = [];
  for (const line of progress.split("\n")) {
    const [, id = "", name = ""] = /^#(\d+) \[(?:[^\]]* )?\d+\/\d+\] (.*)$/.exec(line) ?? [];
    if (id !== "") names.set(id, name);
    const [, ended = "", how = ""] = /^#(\d+) (CACHED|DONE .*)$/.exec(line) ?? [];
    const step = names.get(ended);
    if (step === undefined || step.startsWith("FROM ")) continue;
    (how === "CACHED" ? cached : ran).push(step);
  }
  return { ran, cached };
}
