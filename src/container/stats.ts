import type { ProcessStats } from "../runtime/index.ts";
import type { ContainerContext } from "./context.ts";
import type { ContainerRecord } from "./record.ts";
import { processOf } from "./state.ts";
import { findContainer } from "./table.ts";

/** One reading of a container's counters; undefined while it does not run. */
export interface ContainerStats {
  readonly record: ContainerRecord;
  readonly stats: ProcessStats | undefined;
}

/** Reads the counters of a container's cgroup and network. */
export async function containerStats(context: ContainerContext, name: string): Promise<ContainerStats> {
  const record = findContainer(context.store, name);
  const process = processOf(record.state);
  if (process === undefined) return { record, stats: undefined };
  const stats = await context.runtime(record.hostConfig.Runtime).stats(record.id, process.pid);
  return { record, stats };
}
