import { command } from "../../command.ts";
import { alignTabs } from "../../format/index.ts";
import { containerName } from "./container-name.ts";

/** `strake container top`. */
export const containerTop = command({
  usage: "CONTAINER [ps OPTIONS]",
  flags: {},
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  interspersed: false,
  async run({ args: [name = "", ...psArguments], io }) {
    const { containers } = await io.engine();
    const { titles, processes } = await containers.top(containerName(name), psArguments);
    const lines = [titles, ...processes].map((cells) => `${cells.join("\t")}\n`);
    io.out(alignTabs(lines.join(""), { minWidth: 20, padding: 3 }));
    return 0;
  },
});
