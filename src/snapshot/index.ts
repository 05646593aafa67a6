export type { DroppedLayer } from "./collect-layers.ts";
export type { CopyOutReport } from "./copy-out-job.ts";
export { type DiskPart, freedBytes, measureDisk } from "./disk-usage.ts";
export type { PlaceMount, TreePlace } from "./enter-place.ts";
export { HOLD_LEASE, type LayerHold } from "./hold-layers.ts";
export { INIT_LAYER } from "./init-layer.ts";
export { runLayerJob } from "./layer-job.ts";
export { type LayersOptions, openLayers } from "./layers.ts";
export type { LayerLimits } from "./stage-layer.ts";
export { treeUsage } from "./tree-usage.ts";
export type {
  ApplyRequest,
  Change,
  CommitRequest,
  LayerRecord,
  LayerSource,
  Layers,
  Snapshotter,
  StagedLayer,
} from "./types.ts";
