import type { BuildRoom } from "../build/index.ts";
import { recordEvent, type Store } from "../store/index.ts";
import { dryRun } from "./dry-run.ts";
import type { Builds } from "./engine.ts";

/** The builder as the engine offers it. */
export function toBuilds(store: Store, builds: BuildRoom): Builds {
  return {
    ...builds,
    prune: async (request, options) => {
      if (options?.dryRun) return dryRun(store, await builds.rehearsePrune(request));
      const pruned = await builds.prune(request);
      const attributes = { reclaimed: String(pruned.reclaimed) };
      recordEvent(store, { type: "builder", action: "prune", actor: "", attributes });
      return pruned;
    },
  };
}
