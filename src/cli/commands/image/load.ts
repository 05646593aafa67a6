import { existsSync } from "node:fs";
import { CommandFailed, command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { showProgress } from "../../progress.ts";
import { parseImagePlace } from "../../values/image-place.ts";
import { checkArchive } from "../archive-input.ts";
import { readPlatform } from "../read-platform.ts";
import { formatLoaded, loadFrom, withoutPrefix } from "./image-place-transfer.ts";

/** `strake image load`. */
export const imageLoad = command({
  usage: "[OPTIONS]",
  flags: {
    input: text("Read from tar archive file, instead of STDIN", { shorthand: "i" }),
    platform: text(
      'Load only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
    quiet: bool("Suppress the load output", { shorthand: "q" }),
  },
  args: { min: 0, max: 0 },
  async run({ flags, io }) {
    if (flags.input === "" && io.isTerminal("stdin")) {
      throw new CommandFailed(1, "requested load from stdin, but stdin is empty");
    }
    const place = existsSync(flags.input) ? undefined : parseImagePlace(flags.input);
    if (flags.input !== "" && place === undefined) checkArchive(flags.input);
    const platform = readPlatform(flags.platform, "invalid platform: ");
    const { images } = await io.engine();
    const source = flags.input === "" ? { fd: io.stdin } : { path: flags.input };
    const progress = showProgress(io, flags.quiet);
    const options = { ...platform, ...progress.options, signal: io.interruptSignal() };
    const load = place === undefined ? images.load(source, options) : loadFrom(io, place, options);
    const loaded = await load.catch(withoutPrefix).finally(() => progress.end());
    io.out(loaded.map(formatLoaded).join(""));
    return 0;
  },
});
