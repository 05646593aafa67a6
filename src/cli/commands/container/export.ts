import { command } from "../../command.ts";
import { text } from "../../flags/kinds.ts";
import { writeArchiveTo } from "../archive-output.ts";
import { containerName } from "./container-name.ts";

/** `strake container export`. */
export const containerExport = command({
  usage: "[OPTIONS] CONTAINER",
  flags: { output: text("Write to a file, instead of STDOUT", { shorthand: "o" }) },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    containerName(name);
    const { containers } = await io.engine();
    const signal = io.interruptSignal();
    const target = { path: flags.output, action: "export container" };
    await writeArchiveTo(target, io, (fd) => containers.export(name, fd, { signal }));
    return 0;
  },
});
