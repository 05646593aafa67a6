import { CommandFailed, command } from "../../command.ts";
import { errorLine } from "../../error-line.ts";
import { containerName } from "./container-name.ts";

/** `strake container wait`. */
export const containerWait = command({
  usage: "CONTAINER [CONTAINER...]",
  flags: {},
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ args, io }) {
    const { containers } = await io.engine();
    const errors: string[] = [];
    for (const name of args) {
      try {
        io.out(`${await containers.wait(containerName(name), "not-running")}\n`);
      } catch (error) {
        errors.push(errorLine(error));
      }
    }
    if (errors.length > 0) throw new CommandFailed(1, errors.join("\n"));
    return 0;
  },
});
