import { isEngineError } from "../../../base/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed, command } from "../../command.ts";
import { errorLine } from "../../error-line.ts";
import { bool } from "../../flags/kinds.ts";
import { forEachTarget } from "../each-target.ts";

/** `strake container rm`. */
export const containerRm = command({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: {
    force: bool("Force the removal of a running container (uses SIGKILL)", { shorthand: "f" }),
    link: bool("Remove the specified link", { shorthand: "l" }),
    volumes: bool("Remove anonymous volumes associated with the container", { shorthand: "v" }),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { force, link, volumes }, args, io }) {
    if (link) throw new CommandFailed(125, "cannot use --link: links are not supported");
    const { containers } = await io.engine();
    return await forEachTarget(args, io, async (typed) => {
      const name = typed.replace(/^\/+|\/+$/g, "");
      if (name === "") throw new CliError("container name cannot be empty");
      try {
        await containers.remove(name, { force, volumes });
        return true;
      } catch (error) {
        if (!force || !isEngineError(error, "notFound")) throw error;
        io.err(`${errorLine(error)}\n`);
        return false;
      }
    });
  },
});
