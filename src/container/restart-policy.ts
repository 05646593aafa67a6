import type { ContainerRecord } from "./record.ts";

/** Whether a container that has just ended is to be started again (Docker's restart policies). */
export function wantsRestart(record: ContainerRecord, exitCode: number): boolean {
  const { Name, MaximumRetryCount } = record.hostConfig.RestartPolicy;
  if (record.stoppedByUser) return false;
  switch (Name) {
    case "always":
    case "unless-stopped":
      return true;
    case "on-failure":
      return exitCode !== 0 && (MaximumRetryCount === 0 || record.restartCount < MaximumRetryCount);
    default:
      return false;
  }
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;
const CALM_MS = 10_000;

/**
 * Milliseconds to wait before restart number `restarts` (from 0): doubled each time up to a minute,
 * back to 100 ms when the last run held for ten seconds.
 */
export function restartDelay(restarts: number, lastRunMs: number): number {
  if (lastRunMs >= CALM_MS) return FIRST_DELAY_MS;
  return Math.min(FIRST_DELAY_MS * 2 ** Math.min(restarts, 20), LONGEST_DELAY_MS);
}
