import { toContainerInspect, toImageInspect, toNetworkInspect, toVolumeInspect } from "../../../api/index.ts";
import { EngineError, isEngineError } from "../../../base/index.ts";
import type { Engine } from "../../../engine/index.ts";
import type { InspectItem } from "../../../template/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { containerName } from "../container/container-name.ts";
import { runInspect, toItem } from "../inspect-shared.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";

const KINDS = ["container", "image", "network", "volume"] as const;

type Kind = (typeof KINDS)[number];

/** `strake inspect`: the first object that has the name: container, image, network, volume. */
export const inspect = command({
  usage: "[OPTIONS] NAME|ID [NAME|ID...]",
  flags: {
    format: INSPECT_FORMAT,
    size: bool("Display total file sizes if the type is container", { shorthand: "s" }),
    type: text("Only inspect objects of the given type"),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { format, size, type }, changed, args: names, io }) {
    const kinds = KINDS.filter((kind) => !changed.has("type") || kind === type);
    if (kinds.length === 0) {
      const known = `must be one of ${KINDS.map((kind) => `"${kind}"`).join(", ")}`;
      throw new CommandFailed(
        1,
        type === "" ? `type is empty: ${known}` : `unknown type: "${type}": ${known}`,
      );
    }
    const engine = await io.engine();
    const find = (name: string) =>
      findObject(engine, name, {
        size,
        kinds,
        onUnsized: (kind) => io.err(`WARNING: --size ignored for ${kind}\n`),
      });
    const missing = changed.has("type")
      ? {}
      : { missing: (name: string) => `Error: No such object: ${name}` };
    return await runInspect({ names, format, find, ...missing }, io);
  },
});

interface Search {
  readonly size: boolean;
  readonly kinds: readonly Kind[];
  /** Told of an object that has no sizes to show. */
  readonly onUnsized: (kind: Kind) => void;
}

async function findObject(engine: Engine, name: string, search: Search): Promise<InspectItem> {
  const { kinds, size, onUnsized } = search;
  if (kinds.includes("container")) containerName(name);
  for (const kind of kinds) {
    try {
      const found = await READERS[kind](engine, name, size);
      if (size && kind !== "container") onUnsized(kind);
      return found;
    } catch (error) {
      // A container may have a name that no image can have.
      const impossible = kinds.length > 1 && isEngineError(error, "invalidArgument");
      if (kinds.length === 1 || !(impossible || isEngineError(error, "notFound"))) throw error;
    }
  }
  throw new EngineError("notFound", `No such object: ${name}`);
}

const READERS: Readonly<Record<Kind, (engine: Engine, name: string, size: boolean) => Promise<InspectItem>>> =
  {
    container: async ({ containers }, name, size) =>
      toItem(toContainerInspect(await containers.inspect(name, { size }))),
    image: async ({ images }, name) => toImageInspect(await images.inspect(name)),
    network: async ({ networks }, name) => toItem(toNetworkInspect(await networks.inspect(name))),
    volume: async ({ volumes }, name) => toItem(toVolumeInspect(await volumes.inspect(name))),
  };
