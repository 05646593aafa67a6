import { tmpdir } from "node:os";
import { parseArgs } from "node:util";

/** What a benchmark run was asked for. */
export interface BenchOptions {
  /** Measured runs of each contender in each case, after one that is not counted. */
  readonly runs: number;
  /** Names of the cases to run; empty for all. */
  readonly only: readonly string[];
  /** Names of the tools to run; empty for all that are found. */
  readonly tools: readonly string[];
  /** File to write every single measurement to. */
  readonly json: string | undefined;
  /** Whether to put the results into bench/README.md. */
  readonly write: boolean;
  /** Whether to drop the page cache before each run. */
  readonly cold: boolean;
  readonly memory: boolean;
  readonly list: boolean;
  /** Folder in which the bench makes its own folder. */
  readonly tmp: string;
}

export const USAGE = `Usage:  bun bench/index.ts [OPTIONS]

Options:
  --only CASE,CASE   Run only these cases
  --tools TOOL,TOOL  Run only these of strake, docker, podman and buildah
  --runs N           Measured runs of each contender (default 7)
  --cold             Drop the page cache before each run
  --no-memory        Leave out the extra run that measures memory
  --json FILE        Write every measurement to FILE
  --write            Put the results into bench/README.md
  --list             List the cases
  --help             Show this

Environment:
  STRAKE_BIN         strake to measure (default dist/strake); may be several words
  BENCH_DOCKER       docker to measure (default docker); may be several words
  BENCH_PODMAN       podman to measure (default podman); may be several words, such as a wrapper before it
  BENCH_BUILDAH      buildah to measure (default buildah); the same
  BENCH_PODMAN_ROOT  the folder that podman and buildah see as /, when their wrapper gives them another root
  BENCH_REGISTRY     docker-registry to pull from and push to (default docker-registry); may be several words
  BENCH_TMP          folder for the inputs and for strake's data: on the file system that holds the others' data
`;

/** Reads the command line. Throws an Error with a text for the user. */
export function parseOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      tools: { type: "string" },
      runs: { type: "string", default: "7" },
      json: { type: "string" },
      write: { type: "boolean", default: false },
      cold: { type: "boolean", default: false },
      "no-memory": { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (!/^[1-9]\d{0,3}$/.test(values.runs))
    throw new Error(`--runs takes a number from 1 to 9999: "${values.runs}"`);
  const inner = env.BENCH_PODMAN_ROOT;
  const options: BenchOptions = {
    runs: Number(values.runs),
    only: toNames(values.only),
    tools: toNames(values.tools),
    json: values.json,
    write: values.write,
    cold: values.cold,
    memory: !values["no-memory"],
    list: values.list,
    tmp: env.BENCH_TMP ?? (inner === undefined ? tmpdir() : `${inner}/var/tmp`),
  };
  return { options, help: values.help };
}

function toNames(list: string | undefined): string[] {
  return (list ?? "").split(",").filter((name) => name !== "");
}
