import { existsSync } from "node:fs";
import type { LoadedImage } from "../../../engine/index.ts";
import { familiarReference } from "../../../oci/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { showProgress } from "../../progress.ts";
import { readPlatform } from "../read-platform.ts";

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
    if (flags.input !== "" && !existsSync(flags.input)) {
      throw new CommandFailed(1, `open ${flags.input}: no such file or directory`);
    }
    const platform = readPlatform(flags.platform);
    const { images } = await io.engine();
    const source = flags.input === "" ? { fd: io.stdin } : { path: flags.input };
    const progress = showProgress(io, flags.quiet);
    const loaded = await images.load(source, {
      ...platform,
      ...progress.options,
      signal: io.interruptSignal(),
    });
    progress.end();
    io.out(loaded.map(formatLoaded).join(""));
    return 0;
  },
});

function formatLoaded(image: LoadedImage): string {
  if (image.kind === "unnamed") return `Loaded image ID: ${image.id}\n`;
  const name = familiarReference(image.name);
  const renamed =
    image.replaced === undefined
      ? ""
      : `The image ${name} already exists, renaming the old one with ID ${image.replaced} to empty string\n`;
  return `${renamed}Loaded image: ${name}\n`;
}
