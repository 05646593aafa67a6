import { command } from "../../command.ts";
import { text } from "../../flags/kinds.ts";
import { writeArchiveTo } from "../archive-output.ts";
import { givenName } from "../given-name.ts";

/** `strake volume export`. */
export const volumeExport = command({
  usage: "[OPTIONS] VOLUME",
  long: "Write the files of a volume as a tar archive, with owners, modes and extended attributes.\nContainers may go on using the volume; stop those that write to it for a consistent copy.",
  flags: { output: text("Write to a file, instead of STDOUT", { shorthand: "o" }) },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    const { volumes } = await io.engine();
    await volumes.inspect(givenName("volume", name));
    await writeArchiveTo({ path: flags.output, action: "export volume" }, io, (fd) =>
      volumes.export(name, fd, { signal: io.interruptSignal() }),
    );
    return 0;
  },
});
