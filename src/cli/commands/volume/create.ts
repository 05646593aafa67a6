import { CliError } from "../../cli-error.ts";
import { CommandFailed, command } from "../../command.ts";
import { bytes, list, map, text } from "../../flags/kinds.ts";
import { checkLabel, toPairs } from "../../values/key-values.ts";

/** Flags of volumes that only a swarm has. */
const CLUSTER_FLAGS = {
  availability: text("Cluster Volume availability", { initial: "active", hidden: true }),
  group: text("Cluster Volume group", { hidden: true }),
  "limit-bytes": bytes("Maximum size of the Cluster Volume in bytes", { hidden: true }),
  "required-bytes": bytes("Minimum size of the Cluster Volume in bytes", { hidden: true }),
  scope: text("Cluster Volume access scope", { initial: "single", hidden: true }),
  secret: map("Cluster Volume secrets", { hidden: true }),
  sharing: text("Cluster Volume access sharing", { initial: "none", hidden: true }),
  "topology-preferred": list("A topology that the Cluster Volume would be preferred in", { hidden: true }),
  "topology-required": list("A topology that the Cluster Volume must be accessible from", { hidden: true }),
  type: text("Cluster Volume access type", { initial: "block", hidden: true }),
};

/** `strake volume create`. */
export const volumeCreate = command({
  usage: "[OPTIONS] [VOLUME]",
  flags: {
    ...CLUSTER_FLAGS,
    driver: text("Specify volume driver name", { shorthand: "d", initial: "local" }),
    label: list("Set metadata for a volume", { check: checkLabel }),
    name: text("Specify volume name", { hidden: true }),
    opt: map("Set driver specific options", { shorthand: "o" }),
  },
  args: { min: 0, max: 1 },
  async run({ flags, changed, args, io }) {
    for (const flag of Object.keys(CLUSTER_FLAGS)) {
      if (changed.has(flag)) throw new CliError(`cannot use --${flag}: cluster volumes are not supported`);
    }
    if (args.length > 0 && flags.name !== "") {
      throw new CommandFailed(
        1,
        "conflicting options: cannot specify a volume-name through both --name and as a positional arg",
      );
    }
    const name = args[0] ?? flags.name;
    const { volumes } = await io.engine();
    const created = await volumes.create({
      ...(name === "" ? {} : { name }),
      driver: flags.driver,
      labels: toPairs(flags.label),
      options: flags.opt,
    });
    io.out(`${created.name}\n`);
    return 0;
  },
});
