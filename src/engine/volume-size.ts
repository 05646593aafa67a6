import { existsSync } from "node:fs";
import type { Layers } from "../snapshot/index.ts";
import type { Volume } from "../volume/index.ts";

/** Bytes of a volume's files; undefined when somebody removed its folder. */
export function volumeSize(layers: Layers, { path }: Pick<Volume, "path">): number | undefined {
  return existsSync(path) ? layers.folderUsage(path) : undefined;
}
