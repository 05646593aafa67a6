import type { Image } from "../../image/index.ts";
import type { ExecutionConfig, Platform } from "../../oci/index.ts";
import type { VertexId } from "../graph/definition.ts";
import type { VertexTable } from "../graph/vertex.ts";
import type { HistoryStep } from "./stage-state.ts";

/** What a Dockerfile asks to be made for one platform: the graph, and the config folded already. */
export interface Target {
  readonly table: VertexTable;
  /** The root file system of the target stage. */
  readonly vertex: VertexId;
  /** The image at the bottom. */
  readonly image: Image | "scratch";
  readonly platform: Platform;
  readonly config: ExecutionConfig;
  readonly author: string | undefined;
  readonly history: readonly HistoryStep[];
}
