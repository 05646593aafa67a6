import { CommandFailed, command } from "../../command.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { DRY_RUN, type PruneTask, runPrune } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

const ANONYMOUS = "WARNING! This will remove anonymous local volumes not used by at least one container.";
const ALL = "WARNING! This will remove all local volumes not used by at least one container.";

/** `strake volume prune`. */
export const volumePrune = command({
  usage: "[OPTIONS]",
  flags: {
    all: bool("Remove all unused volumes, not just anonymous ones", { shorthand: "a" }),
    "dry-run": DRY_RUN,
    filter: filter('Provide filter values (e.g. "label=<label>")'),
    force: PRUNE_FORCE,
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const { all } = flags;
    if (all && flags.filter.all !== undefined) {
      throw new CommandFailed(1, "conflicting options: cannot specify both --all and --filter all=1");
    }
    const task: PruneTask<string> = {
      noun: "Volumes",
      warning: all ? ALL : ANONYMOUS,
      prune: async (filters, options) =>
        (await io.engine()).volumes.prune(all ? { ...filters, all: ["true"] } : filters, options),
      line: (name) => name,
    };
    return await runPrune(task, flags, io);
  },
});
