import { posix } from "node:path";
import { errorText } from "../../../base/index.ts";
import { deadLeases, endLease } from "../../../store/index.ts";
import type { RoomContext } from "../../room-context.ts";
import { STEP_LEASE } from "./execute.ts";
import { removeStep } from "./step.ts";

/**
 * Ends the steps of builds that died: their processes, networks and mounts. Call it before the work folders of those
 * builds are removed. Cheap when there is nothing.
 */
export async function repairRuns(
  context: Pick<RoomContext, "store" | "networks" | "runtime">,
): Promise<void> {
  for (const lease of deadLeases(context.store, STEP_LEASE)) {
    try {
      await removeStep(context, { id: posix.basename(lease.path), cgroup: lease.path });
      endLease(context.store, lease);
    } catch (error) {
      // One that fails must not keep every later command from working.
      if (process.env.STRAKE_DEBUG) console.error(`cannot end step ${lease.path}: ${errorText(error)}`);
    }
  }
}
