import { CliError } from "../../cli-error.ts";
import { command } from "../../command.ts";
import { bool, list, map, strings, text } from "../../flags/kinds.ts";
import { toIpamConfig } from "../../values/ipam.ts";
import { checkLabel, toPairs } from "../../values/key-values.ts";

/** `strake network create`. */
export const networkCreate = command({
  usage: "[OPTIONS] NETWORK",
  flags: {
    attachable: bool("Enable manual container attachment"),
    "aux-address": map("Auxiliary IPv4 or IPv6 addresses used by Network driver"),
    "config-from": text("The network from which to copy the configuration"),
    "config-only": bool("Create a configuration only network"),
    driver: text("Driver to manage the Network", { shorthand: "d", initial: "bridge" }),
    gateway: strings("IPv4 or IPv6 Gateway for the master subnet"),
    ingress: bool("Create swarm routing-mesh network"),
    internal: bool("Restrict external access to the network"),
    "ip-range": strings("Allocate container ip from a sub-range"),
    "ipam-driver": text("IP Address Management Driver", { initial: "default" }),
    "ipam-opt": map("Set IPAM driver specific options"),
    ipv4: bool("Enable or disable IPv4 address assignment", { initial: true }),
    ipv6: bool("Enable or disable IPv6 address assignment"),
    label: list("Set metadata on a network", { check: checkLabel }),
    opt: map("Set driver specific options", { shorthand: "o" }),
    scope: text("Control the network's scope"),
    subnet: strings("Subnet in CIDR format that represents a network segment"),
  },
  args: { min: 1, max: 1 },
  async run({ flags, args: [name = ""], io }) {
    if (flags.ingress) throw new CliError("cannot use --ingress: there is no swarm");
    const config = toIpamConfig({
      subnets: flags.subnet,
      ranges: flags["ip-range"],
      gateways: flags.gateway,
      auxiliary: flags["aux-address"],
    });
    const { networks } = await io.engine();
    const { id } = await networks.create({
      name,
      driver: flags.driver,
      scope: flags.scope,
      ipv4: flags.ipv4,
      ipv6: flags.ipv6,
      internal: flags.internal,
      attachable: flags.attachable,
      configOnly: flags["config-only"],
      configFrom: flags["config-from"],
      ipam: { driver: flags["ipam-driver"], options: flags["ipam-opt"], config },
      options: flags.opt,
      labels: toPairs(flags.label),
    });
    io.out(`${id}\n`);
    return 0;
  },
});
