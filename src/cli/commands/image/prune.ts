import { command } from "../../command.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { formatHumanSize } from "../../format/index.ts";
import { confirm, withConfiguredFilters } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

const DANGLING = "WARNING! This will remove all dangling images.";
const UNUSED = "WARNING! This will remove all images without at least one container associated to them.";

/** `strake image prune`. */
export const imagePrune = command({
  usage: "[OPTIONS]",
  flags: {
    all: bool("Remove all unused images, not just dangling ones", { shorthand: "a" }),
    filter: filter('Provide filter values (e.g. "until=<timestamp>")'),
    force: PRUNE_FORCE,
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    if (!flags.force && !(await confirm(flags.all ? UNUSED : DANGLING, io))) return 0;
    const { images } = await io.engine();
    const given = withConfiguredFilters(flags.filter, io);
    const filters = { ...given, dangling: [...(given.dangling ?? []), String(!flags.all)] };
    const { removed, reclaimed } = await images.prune(filters);
    if (removed.length > 0) {
      const lines = removed.map((image) =>
        "untagged" in image ? `untagged: ${image.untagged}\n` : `deleted: ${image.deleted}\n`,
      );
      io.out(`Deleted Images:\n${lines.join("")}\n`);
    }
    io.out(`Total reclaimed space: ${formatHumanSize(reclaimed)}\n`);
    return 0;
  },
});
