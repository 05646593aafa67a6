import { toContainerInspect } from "../../../api/index.ts";
import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { runInspect, toItem } from "../inspect-shared.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";
import { containerName } from "./container-name.ts";

/** `strake container inspect`. */
export const containerInspect = command({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: { format: INSPECT_FORMAT, size: bool("Display total file sizes", { shorthand: "s" }) },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { format, size }, args: names, io }) {
    const { containers } = await io.engine();
    const find = async (name: string) =>
      toItem(toContainerInspect(await containers.inspect(containerName(name), { size })));
    return await runInspect({ names, format, find }, io);
  },
});
