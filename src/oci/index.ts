export { chainIds, childChainId } from "./chain-id.ts";
export type { Descriptor, Document } from "./descriptor.ts";
export {
  type ChainId,
  type DiffId,
  type Digest,
  digestHex,
  digestOf,
  EMPTY_DIFF_ID,
  isDigest,
  parseDiffId,
  parseDigest,
} from "./digest.ts";
export type { ExecutionConfig, HealthConfig, HistoryEntry, ImageConfig } from "./image-config.ts";
export type { Index, Manifest } from "./manifest.ts";
export { isIndexType, isManifestType, MediaType } from "./media-types.ts";
export type { Mount } from "./mount.ts";
export { formatPlatform, hostPlatform, type Platform, parsePlatform, platformMatches } from "./platform.ts";
export {
  familiarName,
  familiarReference,
  formatReference,
  isTag,
  parseReference,
  type Reference,
  withDefaultTag,
} from "./reference.ts";
