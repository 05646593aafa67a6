import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { showProgress } from "../../progress.ts";

/** `strake image bootstrap`: the only command for images that Docker does not have. */
export const imageBootstrap = command({
  usage: "[OPTIONS] debian[:SUITE]|busybox",
  long: "Make a base image from the Debian archive\n\nThe packages come from the mirror that this machine's apt uses, so neither a\nregistry nor an account is needed.",
  flags: { quiet: bool("Suppress the progress output", { shorthand: "q" }) },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    const { images } = await io.engine();
    const progress = showProgress(io, flags.quiet);
    const id = await images.bootstrap(name, { ...progress.options, signal: io.interruptSignal() });
    progress.end();
    io.out(`${id}\n`);
    return 0;
  },
});
