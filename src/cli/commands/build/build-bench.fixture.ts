import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildReport, BuildRequest, Builds, Engine } from "../../../engine/index.ts";
import { type Digest, hostPlatform } from "../../../oci/index.ts";
import { runCommandLine } from "../../dispatch.ts";
import { createMemoryIo, type MemoryIoOptions } from "../../io/memory-io.ts";

export const ID = `sha256:${"a".repeat(64)}` as Digest;
export const DOCKERFILE = { name: "Dockerfile", text: "FROM x as y\nRUN false\nCMD z\n" };

/** What the builder answers. */
export const REPORT: BuildReport = {
  images: [{ platform: hostPlatform(), id: ID }],
  names: ["docker.io/library/hello:v1"],
  warnings: [],
  dockerfile: DOCKERFILE,
  steps: [
    { name: "[1/2] FROM x", status: "cached", reasons: [], changes: [], duration: 0 },
    { name: "[2/2] COPY . /", status: "ran", reasons: ["index.js changed"], changes: [], duration: 1234 },
  ],
};

/** What came of one use of `build`. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly requests: readonly BuildRequest[];
}

/** Where a builder is called that only notes what it is asked. */
export interface BuildBench extends Disposable {
  /** Holds a context, `ctx`, and a file, `secret`. */
  readonly folder: string;
  run(words: readonly string[], more?: MemoryIoOptions & { builds?: Partial<Builds> }): Promise<Outcome>;
}

export function openBench(): BuildBench {
  const folder = mkdtempSync(join(tmpdir(), "strake-build-"));
  mkdirSync(join(folder, "ctx"));
  writeFileSync(join(folder, "ctx/Dockerfile"), DOCKERFILE.text);
  writeFileSync(join(folder, "secret"), "s3cret");
  return {
    folder,
    async run(words, more = {}) {
      const requests: BuildRequest[] = [];
      const builds: Partial<Builds> = {
        build: async (request) => {
          // The command line leaves nothing out.
          requests.push(request as BuildRequest);
          return REPORT;
        },
        ...more.builds,
      };
      const io = createMemoryIo({ cwd: folder, engine: { builds } as Engine, ...more });
      const status = await runCommandLine(["build", ...words], io);
      return { status, out: io.stdoutText(), err: io.stderrText(), requests };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
