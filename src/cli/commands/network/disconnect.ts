import { command } from "../../command.ts";
import { bool } from "../../flags/kinds.ts";
import { containerName } from "../container/container-name.ts";

/** `strake network disconnect`. */
export const networkDisconnect = command({
  usage: "[OPTIONS] NETWORK CONTAINER",
  flags: { force: bool("Force the container to disconnect from a network", { shorthand: "f" }) },
  args: { min: 2, max: 2 },
  async run({ flags: { force }, args: [network = "", container = ""], io }) {
    const { networks } = await io.engine();
    await networks.disconnect(network, containerName(container), { force });
    return 0;
  },
});
