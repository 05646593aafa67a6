import { repairCacheMounts } from "../cache-mounts/list-cache-mounts.ts";
import { repairRuns } from "../ops/run/repair-runs.ts";
import type { RoomContext } from "../room-context.ts";
import { repairSources } from "../sources/source-cache.ts";
import { repairWorkFolders } from "./work-folders.ts";

/** Undoes what builds that died were doing. Costs a query or two when there is nothing. */
export async function repairBuilds(context: RoomContext): Promise<void> {
  await repairRuns(context);
  await repairWorkFolders(context);
  await repairCacheMounts(context.store);
  await repairSources(context.store);
}
