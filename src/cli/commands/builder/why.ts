import { formatHumanDuration } from "../../../base/index.ts";
import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { formatWhy } from "../build/explain.ts";

/** `strake builder why`: says why the steps of a build ran. */
export const builderWhy = command({
  usage: "[OPTIONS] IMAGE|last",
  long: "Say for each step of the build of an image why it ran or did not\n\nWith `last` it is the last build on this machine, also one that failed.",
  flags: { json: bool("Print it as JSON") },
  args: { min: 1, max: 1 },
  async run({ flags, args: [image = ""], io }) {
    const { builds } = await io.engine();
    const report = await builds.why(image);
    if (flags.json) {
      io.out(`${JSON.stringify(report, null, 2)}\n`);
      return 0;
    }
    const name =
      image === "last" ? `The last build${report.image === "" ? "" : ` (${report.image})`}` : image;
    io.out(`${name}, built ${formatHumanDuration(Date.now() - report.builtAt)} ago\n`);
    io.out(formatWhy(report.steps));
    return 0;
  },
});
