import { command } from "../../command.ts";
import { text } from "../../flags/kinds.ts";
import { forEachTarget } from "../each-target.ts";
import { containerName } from "./container-name.ts";

/** `strake container kill`. */
export const containerKill = command({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: { signal: text("Signal to send to the container", { shorthand: "s" }) },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags, args, io }) {
    const { containers } = await io.engine();
    const signal = flags.signal === "" ? undefined : flags.signal;
    return await forEachTarget(args, io, (name) => containers.kill(containerName(name), signal));
  },
});
