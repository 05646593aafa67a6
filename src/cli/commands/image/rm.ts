import { isEngineError } from "../../../base/index.ts";
import type { RemovedImage } from "../../../engine/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed, command } from "../../command.ts";
import { errorLine } from "../../error-line.ts";
import { bool, strings } from "../../flags/kinds.ts";
import { readPlatform } from "../read-platform.ts";

/** `strake image rm`. */
export const imageRm = command({
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  flags: {
    force: bool("Force removal of the image", { shorthand: "f" }),
    "no-prune": bool("Do not delete untagged parents"),
    platform: strings(
      'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags, args, io }) {
    if (flags.platform.length > 1) {
      throw new CliError("an image stored here has one platform: give --platform once");
    }
    const options = {
      force: flags.force,
      noPrune: flags["no-prune"],
      ...readPlatform(flags.platform[0] ?? ""),
    };
    const { images } = await io.engine();
    const errors: string[] = [];
    let fatal = false;
    for (const name of args) {
      try {
        io.out((await images.remove(name, options)).map(formatRemoved).join(""));
      } catch (error) {
        if (!isEngineError(error, "notFound")) fatal = true;
        errors.push(errorLine(error));
      }
    }
    if (errors.length === 0) return 0;
    throw new CommandFailed(!flags.force || fatal ? 1 : 0, errors.join("\n"));
  },
});

function formatRemoved(removed: RemovedImage): string {
  return "untagged" in removed ? `Untagged: ${removed.untagged}\n` : `Deleted: ${removed.deleted}\n`;
}
