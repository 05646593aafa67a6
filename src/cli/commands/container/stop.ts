import { isEngineError } from "../../../base/index.ts";
import { command } from "../../command.ts";
import { forEachTarget } from "../each-target.ts";
import { containerName } from "./container-name.ts";
import { STOP_FLAGS, toStopOptions } from "./stop-flags.ts";

/** `strake container stop`. */
export const containerStop = command({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: STOP_FLAGS,
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags, changed, args, io }) {
    const options = toStopOptions(flags, changed);
    const { containers } = await io.engine();
    return await forEachTarget(args, io, async (name) => {
      try {
        await containers.stop(containerName(name), options);
      } catch (error) {
        if (!isEngineError(error, "notModified")) throw error;
      }
    });
  },
});
