import { command } from "../../command.ts";
import { forEachTarget } from "../each-target.ts";
import { containerName } from "./container-name.ts";
import { STOP_FLAGS, toStopOptions } from "./stop-flags.ts";

/** `strake container restart`. */
export const containerRestart = command({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: STOP_FLAGS,
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags, changed, args, io }) {
    const options = toStopOptions(flags, changed);
    const { containers } = await io.engine();
    return await forEachTarget(args, io, (name) => containers.restart(containerName(name), options), 1);
  },
});
