import { toNetworkInspect } from "../../../api/index.ts";
import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { runInspect, toItem } from "../inspect-shared.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";

/** `strake network inspect`. */
export const networkInspect = command({
  usage: "[OPTIONS] NETWORK [NETWORK...]",
  flags: {
    format: INSPECT_FORMAT,
    // Docker shows services of a swarm with it, and elsewhere nothing more.
    verbose: bool("Verbose output for diagnostics", { shorthand: "v" }),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { format }, args: names, io }) {
    const { networks } = await io.engine();
    const find = async (name: string) => toItem(toNetworkInspect(await networks.inspect(name)));
    return await runInspect({ names, format, find }, io);
  },
});
