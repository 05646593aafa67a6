import { toImageInspect } from "../../../api/index.ts";
import { command } from "../../command.ts";
import { text } from "../../flags/kinds.ts";
import { runInspect } from "../inspect-shared.ts";
import { readPlatform } from "../read-platform.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";

/** `strake image inspect`. */
export const imageInspect = command({
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  flags: {
    format: INSPECT_FORMAT,
    platform: text(
      "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { format, platform }, args: names, io }) {
    const options = readPlatform(platform);
    const { images } = await io.engine();
    const find = async (name: string) => toImageInspect(await images.inspect(name, options));
    return await runInspect({ names, format, find }, io);
  },
});
