import { EngineError, parseTime } from "../base/index.ts";
import { chainIds } from "../oci/index.ts";
import type { ImageContext } from "./context.ts";
import { familiarOf, isDigestName, namesOf } from "./image-names.ts";
import { readImage } from "./image-rows.ts";
import type { HistoryLine, Image } from "./types.ts";

/** The history of an image, newest first: the top line and those of parents that are here carry image IDs. */
export function imageHistory({ store, layers }: ImageContext, image: Image): HistoryLine[] {
  const chain = chainIds(image.config.rootfs.diff_ids);
  let used = 0;
  const lines = (image.config.history ?? []).map((entry) => {
    let size = 0;
    if (!entry.empty_layer) {
      const chainId = chain[used++];
      if (chainId === undefined) {
        throw new EngineError("dataLoss", "too many non-empty layers in History section");
      }
      size = layers.get(chainId)?.size ?? 0;
    }
    const time = entry.created === undefined ? undefined : parseTime(entry.created);
    return {
      id: "<missing>",
      created: time === undefined ? 0 : Number(time / 1_000_000_000n),
      createdBy: entry.created_by ?? "",
      tags: [] as readonly string[],
      size,
      comment: entry.comment ?? "",
    };
  });
  let owner: Image | undefined = image;
  return lines.reverse().map((line) => {
    if (owner === undefined) return line;
    const { id, parent } = owner;
    const tags = namesOf(store, id)
      .filter((name) => !isDigestName(name))
      .map(familiarOf);
    owner = parent === undefined ? undefined : readImage(store, parent);
    return { ...line, id, tags };
  });
}
