import { CommandFailed, command } from "../../command.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { formatHumanSize } from "../../format/index.ts";
import { confirm, withConfiguredFilters } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

const ANONYMOUS = "WARNING! This will remove anonymous local volumes not used by at least one container.";
const ALL = "WARNING! This will remove all local volumes not used by at least one container.";

/** `strake volume prune`. */
export const volumePrune = command({
  usage: "[OPTIONS]",
  flags: {
    all: bool("Remove all unused volumes, not just anonymous ones", { shorthand: "a" }),
    filter: filter('Provide filter values (e.g. "label=<label>")'),
    force: PRUNE_FORCE,
  },
  args: { min: 0, max: 0 },
  async run({ flags: { all, filter: given, force }, io }) {
    if (all && given.all !== undefined) {
      throw new CommandFailed(1, "conflicting options: cannot specify both --all and --filter all=1");
    }
    if (!force && !(await confirm(all ? ALL : ANONYMOUS, io))) return 0;
    const filters = withConfiguredFilters(given, io);
    const { volumes } = await io.engine();
    const { removed, reclaimed } = await volumes.prune(all ? { ...filters, all: ["true"] } : filters);
    if (removed.length > 0) io.out(`Deleted Volumes:\n${removed.map((name) => `${name}\n`).join("")}\n`);
    io.out(`Total reclaimed space: ${formatHumanSize(reclaimed)}\n`);
    return 0;
  },
});
