import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { LIST_FORMAT } from "../shared-flags.ts";

/** `strake system df`. */
export const systemDf = command({
  usage: "[OPTIONS]",
  flags: {
    format: LIST_FORMAT,
    ledger: bool("Account for every byte on the disk by its owner"),
    verbose: bool("Show detailed information on space usage", { shorthand: "v" }),
  },
  args: { min: 0, max: 0 },
  async run({ flags: { format, ledger, verbose }, io }) {
    if (ledger) {
      const { writeLedger } = await import("./df/ledger.ts");
      return await writeLedger({ format, verbose }, io);
    }
    const { system } = await io.engine();
    const usage = await system.df();
    if (verbose) (await import("./df/verbose.ts")).writeVerbose(usage, format, io);
    else (await import("./df/summary.ts")).writeSummary(usage, format, io);
    return 0;
  },
});
