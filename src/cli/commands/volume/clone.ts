import { command } from "../../command.ts";
import { list } from "../../flags/kinds.ts";
import { checkLabel, toPairs } from "../../values/key-values.ts";
import { givenName } from "../given-name.ts";

/** `strake volume clone`. */
export const volumeClone = command({
  usage: "[OPTIONS] VOLUME NEW_VOLUME",
  long: "Make a new volume with a copy of another volume's files and labels.\nContainers may go on using the other volume; stop those that write to it for a consistent copy.",
  flags: { label: list("Set metadata for the new volume, instead of the other's", { check: checkLabel }) },
  args: { min: 2, max: 2 },
  async run({ flags, args: [source = "", name = ""], io }) {
    const { volumes } = await io.engine();
    const labels = flags.label.length === 0 ? {} : { labels: toPairs(flags.label) };
    await volumes.clone(givenName("volume", source), { name, ...labels }, { signal: io.interruptSignal() });
    io.out(`${name}\n`);
    return 0;
  },
});
