import type { CallOptions } from "../base/index.ts";
import type { LayerSource, Layers, StagedLayer } from "../snapshot/index.ts";
import { invalidArchive } from "./errors.ts";
import { inside } from "./outer-tar.ts";

/** Most bytes of a manifest, index or config. */
export const DOCUMENT_LIMIT = 8 << 20;

/** One blob of an archive. */
export interface ArchiveBlob {
  readonly size: number;
  /** The whole content, for a document. Throws `invalidArgument` when it is longer than {@link DOCUMENT_LIMIT}. */
  bytes(): Promise<Uint8Array>;
  /** Unpacks it as a layer; undefined when that was done before and cannot be done twice. */
  stage(): Promise<StagedLayer | undefined>;
}

/** An image archive whose blobs can be had by name. */
export interface ImageArchive {
  /** The blob with this name, links followed. Throws `invalidArgument` for names that lead outside or in circles. */
  find(name: string): ArchiveBlob | undefined;
  /** How many blobs may be staged at the same time. */
  readonly parallel: number;
  /** Drops what was staged and not used. */
  close(): Promise<void>;
}

/** What the two ways to read an archive need. */
export interface ArchiveContext {
  readonly layers: Layers;
  readonly options: CallOptions;
}

/** Follows links from `name` to something in `blobs`. */
export function followLinks<T>(
  name: string,
  blobs: ReadonlyMap<string, T>,
  links: ReadonlyMap<string, string>,
): T | undefined {
  let path = inside(name);
  for (let hops = 0; hops < 32; hops++) {
    const found = blobs.get(path);
    if (found !== undefined) return found;
    const target = links.get(path);
    if (target === undefined) return undefined;
    path = target;
  }
  throw invalidArchive(`invalid archive: too many links at "${name}"`);
}

/** Stages bytes or a stretch of a file for {@link ArchiveBlob.stage}. */
export async function stageSource(
  { layers, options }: ArchiveContext,
  source: LayerSource,
): Promise<StagedLayer> {
  return await layers.stage(source, options.signal === undefined ? {} : { signal: options.signal });
}

export function documentTooLong(name: string): Error {
  return invalidArchive(`invalid archive: "${name}" is longer than ${DOCUMENT_LIMIT} bytes`);
}
