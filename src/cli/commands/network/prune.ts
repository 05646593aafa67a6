import { command } from "../../command.ts";
import { filter } from "../../flags/kinds.ts";
import { confirm, DRY_RUN, formatPruned, withConfiguredFilters } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

const QUESTION = "WARNING! This will remove all custom networks not used by at least one container.";

/** `strake network prune`. */
export const networkPrune = command({
  usage: "[OPTIONS]",
  flags: {
    "dry-run": DRY_RUN,
    filter: filter('Provide filter values (e.g. "until=<timestamp>")'),
    force: PRUNE_FORCE,
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const dryRun = flags["dry-run"];
    if (!dryRun && !flags.force && !(await confirm(QUESTION, io))) return 0;
    const { networks } = await io.engine();
    const lines = await networks.prune(withConfiguredFilters(flags.filter, io), { dryRun });
    io.out(formatPruned({ noun: "Networks", lines }, { dryRun }));
    return 0;
  },
});
