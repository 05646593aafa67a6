import { join } from "node:path";
import { formatTime, ZERO_TIME } from "../base/index.ts";
import type { ImageContext } from "./context.ts";
import { familiarOf, isDigestName, namesOf } from "./image-names.ts";
import { createdSeconds } from "./image-rows.ts";
import type { Image, ImageView } from "./types.ts";

/** Everything that `image inspect` shows of an image. */
export function inspectImage(context: ImageContext, image: Image): ImageView {
  const { store } = context;
  const names = namesOf(store, image.id);
  const tagged = store.row<{ tagged: string }>(
    "SELECT CAST(tagged AS TEXT) AS tagged FROM images WHERE id = ?",
    image.id,
  );
  const time = BigInt(tagged?.tagged ?? "0");
  return {
    image,
    id: image.id,
    parent: image.parent,
    repoTags: names.filter((name) => !isDigestName(name)).map(familiarOf),
    repoDigests: names.filter(isDigestName).map(familiarOf),
    created: createdSeconds(image.config),
    size: image.size,
    labels: image.config.config?.Labels ?? {},
    lastTagTime: time === 0n ? ZERO_TIME : formatTime(time),
    graph: graphOf(context, image),
  };
}

/** Docker's GraphDriver: where the layers' files are. */
function graphOf({ store, layers }: ImageContext, image: Image): ImageView["graph"] {
  if (layers.snapshots.name === "copy") return { name: "vfs", data: {} };
  const folders = layers
    .stack(image.top)
    .map(({ id }) => join(store.root, "layers", id))
    .reverse();
  const [top, ...lower] = folders;
  if (top === undefined) return { name: "overlay2", data: {} };
  return {
    name: "overlay2",
    data: {
      ...(lower.length === 0 ? {} : { LowerDir: lower.map((each) => join(each, "fs")).join(":") }),
      MergedDir: join(top, "merged"),
      UpperDir: join(top, "fs"),
      WorkDir: join(top, "work"),
    },
  };
}
