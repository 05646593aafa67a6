import { command } from "../../command.ts";
import { filter } from "../../flags/kinds.ts";
import { DRY_RUN, type PruneTask, runPrune } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

/** `strake container prune`. */
export const containerPrune = command({
  usage: "[OPTIONS]",
  flags: {
    "dry-run": DRY_RUN,
    filter: filter('Provide filter values (e.g. "until=<timestamp>")'),
    force: PRUNE_FORCE,
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const task: PruneTask<string> = {
      noun: "Containers",
      warning: "WARNING! This will remove all stopped containers.",
      prune: async (filters, options) => (await io.engine()).containers.prune(filters, options),
      line: (id) => id,
    };
    return await runPrune(task, flags, io);
  },
});
