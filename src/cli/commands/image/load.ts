import { isEngineError } from "../../../base/index.ts";
import type { LoadedImage } from "../../../engine/index.ts";
import { familiarReference } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { showProgress } from "../../progress.ts";
import { checkArchive } from "../archive-input.ts";
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
    if (flags.input !== "") checkArchive(flags.input);
    const platform = readPlatform(flags.platform, "invalid platform: ");
    const { images } = await io.engine();
    const source = flags.input === "" ? { fd: io.stdin } : { path: flags.input };
    const progress = showProgress(io, flags.quiet);
    const loaded = await images
      .load(source, { ...platform, ...progress.options, signal: io.interruptSignal() })
      .catch(withoutPrefix)
      .finally(() => progress.end());
    io.out(loaded.map(formatLoaded).join(""));
    return 0;
  },
});

/** Docker's answer comes as a stream, whose errors are shown bare. */
function withoutPrefix(error: unknown): never {
  if (!isEngineError(error) || error.kind === "cancelled") throw error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  throw new CliError(error.message, { ...hint, cause: error });
}

function formatLoaded(image: LoadedImage): string {
  if (image.kind === "unnamed") return `Loaded image ID: ${image.id}\n`;
  const name = familiarReference(image.name);
  const renamed =
    image.replaced === undefined
      ? ""
      : `The image ${name} already exists, renaming the old one with ID ${image.replaced} to empty string\n`;
  return `${renamed}Loaded image: ${name}\n`;
}
