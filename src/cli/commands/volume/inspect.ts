import { toVolumeInspect } from "../../../api/index.ts";
import { command } from "../../command.ts";
import { givenName } from "../given-name.ts";
import { runInspect, toItem } from "../inspect-shared.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";

/** `strake volume inspect`. */
export const volumeInspect = command({
  usage: "[OPTIONS] VOLUME [VOLUME...]",
  flags: { format: INSPECT_FORMAT },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { format }, args: names, io }) {
    const { volumes } = await io.engine();
    const find = async (name: string) => ({
      ...toItem(toVolumeInspect(await volumes.inspect(givenName("volume", name)))),
      typedOnly: true as const,
    });
    return await runInspect({ names, format, find }, io);
  },
});
