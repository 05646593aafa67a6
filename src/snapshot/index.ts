export type { BlockCompression } from "./block-compressor.ts";
export { compareNames, fromBytes, joinPath, toBytePath } from "./byte-names.ts";
export type { DroppedLayer } from "./collect-layers.ts";
export { readContentDigests } from "./content-digests.ts";
export type { CopyOutReport } from "./copy-out-job.ts";
export { type FileDigest, fileState } from "./digest-file.ts";
export type { FileToDigest } from "./digest-files.ts";
export { type DiskPart, freedBytes, measureDisk } from "./disk-usage.ts";
export type { PlaceMount, TreePlace } from "./enter-place.ts";
export { baseName, parentPath } from "./entry-path.ts";
export { readXattrs } from "./file-attributes.ts";
export { HOLD_LEASE, type LayerHold } from "./hold-layers.ts";
export { INIT_LAYERS } from "./init-layer.ts";
export { runLayerJob } from "./layer-job.ts";
export { type LayersOptions, openLayers } from "./layers.ts";
export type { LayerPlan, PlannedContent, PlannedEntry } from "./planned-entry.ts";
export type { LayerLimits } from "./stage-layer.ts";
export { treeUsage } from "./tree-usage.ts";
export type {
  ApplyRequest,
  AssembleRequest,
  Change,
  CommitRequest,
  LayerRecord,
  LayerSource,
  Layers,
  RestackRequest,
  Snapshotter,
  StagedLayer,
  UnpackedTar,
} from "./types.ts";
export type { UnionEntry, UnionFolder } from "./union-folder.ts";
