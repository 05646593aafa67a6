import { CommandFailed, command } from "../../command.ts";
import { bytes, int, list, text } from "../../flags/kinds.ts";
import { parseRestart } from "../../values/limits.ts";
import { parsePublish } from "../../values/ports.ts";
import { forEachTarget } from "../each-target.ts";
import { containerName } from "./container-name.ts";
import { RESOURCE_FLAGS } from "./flags/resource-flags.ts";
import { toResources } from "./request/to-resources.ts";

/** `strake container update`. */
export const containerUpdate = command({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  flags: {
    ...RESOURCE_FLAGS,
    "cpu-rt-period": int("Limit the CPU real-time period in microseconds"),
    "cpu-rt-runtime": int("Limit the CPU real-time runtime in microseconds"),
    "memory-swap": bytes("Swap limit equal to memory plus swap: -1 to enable unlimited swap", {
      unlimited: true,
    }),
    "kernel-memory": bytes("Kernel memory limit", { hidden: true }),
    "publish-add": list("Publish one more port of the container to the host, also while it runs"),
    "publish-rm": list("No longer publish a port of the container, also while it runs"),
    restart: text("Restart policy to apply when a container exits"),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags, changed, args, io }) {
    if (changed.size === 0)
      throw new CommandFailed(1, "you must provide one or more flags when using this command");
    const changes = {
      ...toResources(flags),
      ...(flags.restart === "" ? {} : { RestartPolicy: parseRestart(flags.restart) }),
      ...toPorts(flags["publish-add"], flags["publish-rm"]),
    };
    const { containers } = await io.engine();
    const warnings: string[] = [];
    const update = async (name: string) => {
      warnings.push(...(await containers.update(containerName(name), changes)));
    };
    try {
      return await forEachTarget(args, io, update, 1);
    } finally {
      for (const warning of warnings) io.out(`${warning}\n`);
    }
  },
});

function toPorts(add: readonly string[], remove: readonly string[]) {
  if (add.length === 0 && remove.length === 0) return {};
  return { ports: { add: parsePublish(add).bindings, remove: parsePublish(remove).bindings } };
}
