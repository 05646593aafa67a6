import type { RemovedImage } from "../../../engine/index.ts";
import { command } from "../../command.ts";
import { bool, filter } from "../../flags/kinds.ts";
import { DRY_RUN, type PruneTask, runPrune } from "../prune-shared.ts";
import { PRUNE_FORCE } from "../shared-flags.ts";

const DANGLING = "WARNING! This will remove all dangling images.";
const UNUSED = "WARNING! This will remove all images without at least one container associated to them.";

/** `strake image prune`. */
export const imagePrune = command({
  usage: "[OPTIONS]",
  flags: {
    all: bool("Remove all unused images, not just dangling ones", { shorthand: "a" }),
    "dry-run": DRY_RUN,
    filter: filter('Provide filter values (e.g. "until=<timestamp>")'),
    force: PRUNE_FORCE,
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    const task: PruneTask<RemovedImage> = {
      noun: "Images",
      warning: flags.all ? UNUSED : DANGLING,
      prune: async (given, options) => {
        const filters = { ...given, dangling: [...(given.dangling ?? []), String(!flags.all)] };
        return await (await io.engine()).images.prune(filters, options);
      },
      line: prunedImageLine,
    };
    return await runPrune(task, flags, io);
  },
});

/** A line of `Deleted Images:`. */
export function prunedImageLine(image: RemovedImage): string {
  return "untagged" in image ? `untagged: ${image.untagged}` : `deleted: ${image.deleted}`;
}
