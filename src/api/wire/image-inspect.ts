import type { ImageView } from "../../engine/index.ts";
import { encodeGoJson, type GoValue, goTyped, type InspectItem } from "../../template/index.ts";
import { imageAnswerType, imageType } from "./image-type.ts";

/**
 * What `image inspect` shows of an image: the CLI's type for templates, and the daemon's JSON,
 * which is printed and which templates fall back to.
 */
export function toImageInspect(view: ImageView): InspectItem {
  const value = toShape(view);
  return { type: imageType, value, raw: encodeGoJson(imageAnswerType, value) };
}

/** The answer of `GET /images/{name}/json` (API 1.50). */
export function toImageAnswer(view: ImageView): GoValue {
  return goTyped(imageAnswerType, toShape(view));
}

function toShape(view: ImageView): Readonly<Record<string, unknown>> {
  const { config } = view.image;
  return {
    Id: view.id,
    RepoTags: view.repoTags,
    RepoDigests: view.repoDigests,
    Parent: view.parent,
    Comment: toComment(config),
    Created: config.created,
    DockerVersion: config.docker_version,
    Author: config.author,
    Config: config.config ?? {},
    Architecture: config.architecture,
    Variant: config.variant,
    Os: config.os,
    OsVersion: config["os.version"],
    Size: view.size,
    GraphDriver: {
      Data: Object.keys(view.graph.data).length === 0 ? null : view.graph.data,
      Name: view.graph.name,
    },
    RootFS: { Type: config.rootfs.type, Layers: config.rootfs.diff_ids },
    Metadata: { LastTagTime: view.lastTagTime },
    Descriptor: view.descriptor,
  };
}

/** Docker shows the last history entry's comment when the image has none of its own. */
function toComment({ comment, history }: ImageView["image"]["config"]): string {
  return comment || (history?.at(-1)?.comment ?? "");
}
