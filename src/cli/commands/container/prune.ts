import { command } from "../../command.ts";
import { filter } from "../../flags/kinds.ts";
import { formatHumanSize } from "../../format/index.ts";
import { confirm, withConfiguredFilters } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

/** `strake container prune`. */
export const containerPrune = command({
  usage: "[OPTIONS]",
  flags: { filter: filter('Provide filter values (e.g. "until=<timestamp>")'), force: PRUNE_FORCE },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    if (!flags.force && !(await confirm("WARNING! This will remove all stopped containers.", io))) return 0;
    const { containers } = await io.engine();
    const { removed, reclaimed } = await containers.prune(withConfiguredFilters(flags.filter, io));
    if (removed.length > 0) io.out(`Deleted Containers:\n${removed.map((id) => `${id}\n`).join("")}\n`);
    io.out(`Total reclaimed space: ${formatHumanSize(reclaimed)}\n`);
    return 0;
  },
});
