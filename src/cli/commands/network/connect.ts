import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { int, list, strings, text } from "../../flags/kinds.ts";
import { parseLink } from "../../values/hosts.ts";
import { toPairs } from "../../values/key-values.ts";
import { containerName } from "../container/container-name.ts";

/** `strake network connect`. */
export const networkConnect = command({
  usage: "[OPTIONS] NETWORK CONTAINER",
  flags: {
    alias: strings("Add network-scoped alias for the container"),
    "driver-opt": strings("driver options for the network"),
    "gw-priority": int(
      "Highest gw-priority provides the default gateway. Accepts positive and negative values.",
    ),
    ip: text('IPv4 address (e.g., "172.30.100.104")'),
    ip6: text('IPv6 address (e.g., "2001:db8::33")'),
    link: list("Add link to another container", { check: parseLink }),
    "link-local-ip": strings("Add a link-local address for the container"),
  },
  args: { min: 2, max: 2 },
  async run({ flags, changed, args: [network = "", container = ""], io }) {
    if (changed.has("link")) throw new CliError("cannot use --link: links are not supported");
    if (changed.has("link-local-ip")) {
      throw new CliError("cannot use --link-local-ip: link-local addresses are not supported");
    }
    if (changed.has("driver-opt")) {
      throw new CliError("cannot use --driver-opt: the bridge driver has no options of a container");
    }
    const { networks } = await io.engine();
    await networks.connect(network, containerName(container), {
      Aliases: flags.alias,
      IPv4Address: flags.ip,
      IPv6Address: flags.ip6,
      DriverOpts: toPairs(flags["driver-opt"]),
      GwPriority: flags["gw-priority"],
    });
    return 0;
  },
});
