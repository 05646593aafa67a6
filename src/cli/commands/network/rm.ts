import { isEngineError } from "../../../base/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { errorLine } from "../../error-line.ts";
import { bool } from "../../flags/kinds.ts";

/** `strake network rm`. */
export const networkRm = command({
  usage: "NETWORK [NETWORK...]",
  flags: { force: bool("Do not error if the network does not exist", { shorthand: "f" }) },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { force }, args, io }) {
    const { networks } = await io.engine();
    let failed = false;
    for (const name of args) {
      try {
        await networks.remove(name);
        io.out(`${name}\n`);
      } catch (error) {
        if (force && isEngineError(error, "notFound")) continue;
        io.err(`${errorLine(error)}\n`);
        failed = true;
      }
    }
    if (failed) throw new CommandFailed(1, "exit status 1");
    return 0;
  },
});
