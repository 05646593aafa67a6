import { toContainerInspect, toImageInspect } from "../../../api/index.ts";
import { EngineError, isEngineError } from "../../../base/index.ts";
import type { Engine } from "../../../engine/index.ts";
import type { InspectItem } from "../../../template/index.ts";
import { CommandFailed, command } from "../../command.ts";
import { bool, text } from "../../flags/kinds.ts";
import { containerName } from "../container/container-name.ts";
import { runInspect, toItem } from "../inspect-shared.ts";
import { INSPECT_FORMAT } from "../shared-flags.ts";

const KINDS = ["container", "image"];

/** `strake inspect`: a container or an image, whichever has the name. */
export const inspect = command({
  usage: "[OPTIONS] NAME|ID [NAME|ID...]",
  flags: {
    format: INSPECT_FORMAT,
    size: bool("Display total file sizes if the type is container", { shorthand: "s" }),
    type: text("Only inspect objects of the given type"),
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run({ flags: { format, size, type }, changed, args: names, io }) {
    if (changed.has("type") && !KINDS.includes(type)) {
      const known = KINDS.map((kind) => `"${kind}"`).join(", ");
      throw new CommandFailed(
        1,
        type === ""
          ? 'type is empty: must be one of "container", "image"'
          : `unknown type: "${type}": must be one of ${known}`,
      );
    }
    const engine = await io.engine();
    const find = (name: string) =>
      findObject(engine, name, {
        size,
        kinds: type === "" ? KINDS : [type],
        onUnsized: (kind) => io.err(`WARNING: --size ignored for ${kind}\n`),
      });
    const missing = type === "" ? { missing: (name: string) => `Error: No such object: ${name}` } : {};
    return await runInspect({ names, format, find, ...missing }, io);
  },
});

interface Search {
  readonly size: boolean;
  readonly kinds: readonly string[];
  /** Told of an object that has no sizes to show. */
  readonly onUnsized: (kind: string) => void;
}

async function findObject(
  { containers, images }: Engine,
  name: string,
  { size, kinds, onUnsized }: Search,
): Promise<InspectItem> {
  if (kinds.includes("container")) {
    containerName(name);
    try {
      return toItem(toContainerInspect(await containers.inspect(name, { size })));
    } catch (error) {
      if (!kinds.includes("image") || !isEngineError(error, "notFound")) throw error;
    }
  }
  try {
    const found = toImageInspect(await images.inspect(name));
    if (size) onUnsized("image");
    return found;
  } catch (error) {
    // A container may have a name that no image can have.
    const impossible = kinds.includes("container") && isEngineError(error, "invalidArgument");
    throw impossible ? new EngineError("notFound", `No such object: ${name}`) : error;
  }
}
