import { command } from "../../command.ts";
import { forEachTarget } from "../each-target.ts";
import { containerName } from "./container-name.ts";

/** `strake container unpause`. */
export const containerUnpause = command({
  usage: "CONTAINER [CONTAINER...]",
  flags: {},
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ args, io }) {
    const { containers } = await io.engine();
    return await forEachTarget(args, io, (name) => containers.unpause(containerName(name)));
  },
});
