import { errorText } from "../../../base/index.ts";
import { parseReference } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { bool, list, text } from "../../flags/kinds.ts";
import { containerName } from "./container-name.ts";

/** `strake container commit`. */
export const containerCommit = command({
  usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
  flags: {
    author: text('Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")', { shorthand: "a" }),
    change: list("Apply Dockerfile instruction to the created image", { shorthand: "c" }),
    message: text("Commit message", { shorthand: "m" }),
    pause: bool("Pause container during commit", { shorthand: "p", initial: true }),
  },
  args: { min: 1, max: 2 },
  interspersed: false,
  async run({ flags, args: [name = "", reference = ""], io }) {
    containerName(name);
    checkReference(reference);
    const { containers } = await io.engine();
    const request = {
      pause: flags.pause,
      changes: flags.change,
      ...(reference === "" ? {} : { reference }),
      ...(flags.author === "" ? {} : { author: flags.author }),
      ...(flags.message === "" ? {} : { comment: flags.message }),
    };
    io.out(`${await containers.commit(name, request, { signal: io.interruptSignal() })}\n`);
    return 0;
  },
});

function checkReference(reference: string): void {
  try {
    if (reference !== "") parseReference(reference);
  } catch (error) {
    throw new CliError(errorText(error), { cause: error });
  }
}
