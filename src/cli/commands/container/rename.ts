import { CommandFailed, command } from "../../command.ts";
import { errorLine } from "../../error-line.ts";

/** `strake container rename`. */
export const containerRename = command({
  usage: "CONTAINER NEW_NAME",
  flags: {},
  args: { min: 2, max: 2 },
  async run({ args: [from = "", to = ""], io }) {
    if (from.trim() === "" || to.trim() === "") {
      throw new CommandFailed(1, "Error: Neither old nor new names may be empty");
    }
    const { containers } = await io.engine();
    try {
      await containers.rename(from, to);
    } catch (error) {
      io.err(`${errorLine(error)}\n`);
      throw new CommandFailed(1, `Error: failed to rename container named ${from}`);
    }
    return 0;
  },
});
