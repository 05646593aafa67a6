import { isEngineError } from "../../../base/index.ts";
import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { forEachTarget } from "../each-target.ts";
import { givenName } from "../given-name.ts";

/** `strake volume rm`. */
export const volumeRm = command({
  usage: "[OPTIONS] VOLUME [VOLUME...]",
  long: "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
  flags: { force: bool("Force the removal of one or more volumes", { shorthand: "f" }) },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { force }, args, io }) {
    const { volumes } = await io.engine();
    return await forEachTarget(args, io, async (name) => {
      try {
        await volumes.remove(givenName("volume", name));
      } catch (error) {
        if (!force || !isEngineError(error, "notFound")) throw error;
      }
    });
  },
});
