import { command } from "../../command.ts";
import { text } from "../../flags/kinds.ts";
import { parseImagePlace } from "../../values/image-place.ts";
import { writeArchiveTo } from "../archive-output.ts";
import { readPlatform } from "../read-platform.ts";
import { saveTo } from "./image-place-transfer.ts";

/** `strake image save`. */
export const imageSave = command({
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  flags: {
    output: text("Write to a file, instead of STDOUT", { shorthand: "o" }),
    platform: text(
      'Save only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags, args, io }) {
    const platform = readPlatform(flags.platform, "invalid platform: ");
    const { images } = await io.engine();
    const options = { ...platform, signal: io.interruptSignal() };
    const place = parseImagePlace(flags.output);
    if (place !== undefined) {
      await saveTo(io, place, { names: args, options });
      return 0;
    }
    await writeArchiveTo({ path: flags.output, action: "save image" }, io, (fd) =>
      images.save(args, fd, options),
    );
    return 0;
  },
});
