import { closeSync } from "node:fs";
import { CommandFailed, command } from "../../command.ts";
import { list, text } from "../../flags/kinds.ts";
import { checkLabel, toPairs } from "../../values/key-values.ts";
import { openArchive } from "../archive-input.ts";

/** `strake volume import`. */
export const volumeImport = command({
  usage: "[OPTIONS] VOLUME",
  long: "Make a new volume with the files of a tar archive, plain or compressed (gzip, zstd, xz, bzip2). Nothing is left of it when the archive is bad.",
  flags: {
    input: text("Read from tar archive file, instead of STDIN", { shorthand: "i" }),
    label: list("Set metadata for the volume", { check: checkLabel }),
  },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    if (flags.input === "" && io.isTerminal("stdin")) {
      throw new CommandFailed(1, "requested import from stdin, but stdin is empty");
    }
    const fd = flags.input === "" ? io.stdin : openArchive(flags.input);
    try {
      const { volumes } = await io.engine();
      await volumes.import({ name, labels: toPairs(flags.label) }, fd, { signal: io.interruptSignal() });
    } finally {
      if (fd !== io.stdin) closeSync(fd);
    }
    io.out(`${name}\n`);
    return 0;
  },
});
