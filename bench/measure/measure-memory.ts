import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listTree, readPeak, readProportionalMemory, resetPeak } from "./process-tree.ts";
import { type Command, type RunOptions, runCommand } from "./run-command.ts";

/** Peak memory of one command, in bytes. */
export interface Memory {
  /** The command with its children: the larger of its largest process and of the sums that were sampled. */
  readonly command: number;
  /** The daemon that did the work for it, from its start to its end; undefined when there is none. */
  readonly daemon: number | undefined;
}

const SAMPLE_MS = 10;

/**
 * Runs a command once more, slower, to see its memory. The largest single process is exact (wait4's rusage, by way of
 * time(1), whose own small size keeps the bench's memory out of it); the sum over children is sampled every 10 ms.
 */
export async function measureMemory(
  command: Command,
  daemons: readonly number[],
  options: RunOptions,
): Promise<Memory> {
  const time = Bun.which("time");
  const folder = mkdtempSync(join(tmpdir(), "strake-bench-time-"));
  const report = join(folder, "rss");
  const prefix = time === null ? [] : [time, "-f", "%M", "-o", report];
  for (const pid of daemons) resetPeak(pid);
  let sampled = 0;
  let sampler: Timer | undefined;
  const onStart = (pid: number) => {
    const outside = time === null ? 0 : 1;
    sampler = setInterval(() => {
      const sum = listTree(pid)
        .slice(outside)
        .reduce((total, each) => total + readProportionalMemory(each), 0);
      sampled = Math.max(sampled, sum);
    }, SAMPLE_MS);
  };
  try {
    await runCommand({ ...command, argv: [...prefix, ...command.argv] }, { ...options, onStart });
    const largest = time === null ? 0 : Number(readFileSync(report, "utf8").trim().split("\n").at(-1)) * 1024;
    const daemon = daemons.reduce((total, pid) => total + readPeak(pid), 0);
    return { command: Math.max(largest, sampled), daemon: daemons.length === 0 ? undefined : daemon };
  } finally {
    clearInterval(sampler);
    rmSync(folder, { recursive: true, force: true });
  }
}
