export type { ArchiveSource, ImageSource } from "./archive-source.ts";
export { changeConfig } from "./change-config.ts";
export type { DraftCommit, ImageDraft } from "./image-draft.ts";
export { imageEvent } from "./image-event.ts";
export { type ImageTable, openImages, type PlatformOption } from "./image-table.ts";
export type { ImportRequest } from "./import-image.ts";
export type { ListRequest } from "./list-images.ts";
export type { LoadOptions } from "./load-images.ts";
export { parseImageConfig } from "./parse-config.ts";
export type { Pruned } from "./prune-images.ts";
export type { PulledImage, PullOptions } from "./remote/pull-image.ts";
export type { PushedImage, PushOptions } from "./remote/push-image.ts";
export type { IndexPush } from "./remote/push-index.ts";
export type { RemoteManifest, RemoteOptions } from "./remote/remote-manifest.ts";
export type { ImageUser, RemoveRequest, UsedBy } from "./remove-image.ts";
export type { SaveOptions, WriteOptions } from "./save-images.ts";
export type { Selected } from "./save-selection.ts";
export { parseNewName } from "./tag-image.ts";
export type {
  HistoryLine,
  Image,
  ImageSummary,
  ImageView,
  LoadedImage,
  RemovedImage,
} from "./types.ts";
