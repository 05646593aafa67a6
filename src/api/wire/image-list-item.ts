import type { HistoryLine, ImageSummary, RemovedImage } from "../../engine/index.ts";
import { type GoValue, goTyped } from "../../template/index.ts";
import { historyItemType, imageListItemType, imagePruneType, removedImageType } from "./image-type.ts";

/** An item of `GET /images/json`. */
export function toImageListItem(image: ImageSummary): GoValue {
  return goTyped(imageListItemType, {
    Containers: -1,
    Created: image.created,
    Id: image.id,
    Labels: Object.keys(image.labels).length === 0 ? null : image.labels,
    ParentId: image.parent,
    RepoDigests: image.repoDigests,
    RepoTags: image.repoTags,
    SharedSize: -1,
    Size: image.size,
  });
}

/** An item of `GET /images/{name}/history`. */
export function toHistoryItem(line: HistoryLine): GoValue {
  return goTyped(historyItemType, {
    Comment: line.comment,
    Created: line.created,
    CreatedBy: line.createdBy,
    Id: line.id,
    Size: line.size,
    Tags: line.tags.length === 0 ? null : line.tags,
  });
}

/** One step of an image's removal. */
export function toRemovedImage(removed: RemovedImage): GoValue {
  return goTyped(removedImageType, removedFields(removed));
}

/** The answer of `POST /images/prune`. */
export function toImagePrune(report: {
  readonly removed: readonly RemovedImage[];
  readonly reclaimed: number;
}): GoValue {
  return goTyped(imagePruneType, {
    ImagesDeleted: report.removed.length === 0 ? null : report.removed.map(removedFields),
    SpaceReclaimed: report.reclaimed,
  });
}

function removedFields(removed: RemovedImage): Readonly<Record<string, string>> {
  return "untagged" in removed ? { Untagged: removed.untagged } : { Deleted: removed.deleted };
}
