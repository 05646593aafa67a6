import { CommandFailed, command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { formatHumanSize } from "../../format/index.ts";
import { copyIn } from "./copy/copy-in.ts";
import { copyOut } from "./copy/copy-out.ts";
import { splitOperand } from "./copy/copy-plan.ts";

/** `strake container cp`. */
export const containerCp = command({
  usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n[OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
  long: "Copy files/folders between a container and the local filesystem\n\nUse '-' as the source to read a tar archive from stdin\nand extract it to a directory destination in a container.\nUse '-' as the destination to stream a tar archive of a\ncontainer source to stdout.",
  flags: {
    archive: bool("Archive mode (copy all uid/gid information)", { shorthand: "a" }),
    "follow-link": bool("Always follow symbol link in SRC_PATH", { shorthand: "L" }),
    quiet: bool(
      "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached",
      { shorthand: "q" },
    ),
  },
  args: { min: 2, max: 2 },
  async run({ flags, args: [source = "", target = ""], io }) {
    if (source === "") throw new CommandFailed(1, "source can not be empty");
    if (target === "") throw new CommandFailed(1, "destination can not be empty");
    const from = splitOperand(source);
    const to = splitOperand(target);
    if (from.container !== "" && to.container !== "") {
      throw new CommandFailed(1, "copying between containers is not supported");
    }
    if (from.container === "" && to.container === "") {
      throw new CommandFailed(1, "must specify at least one container source");
    }
    const { containers } = await io.engine();
    const followLink = flags["follow-link"];
    const size =
      from.container === ""
        ? await copyIn(containers, { source, ...to, followLink, archive: flags.archive }, io)
        : await copyOut(containers, { ...from, target, followLink }, io);
    if (size !== undefined && !flags.quiet && io.isTerminal("stderr")) {
      io.err(`Successfully copied ${formatHumanSize(size, 3)} to ${target}\n`);
    }
    return 0;
  },
});
