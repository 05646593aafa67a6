import { type CallOptions, EngineError, nowText } from "../base/index.ts";
import {
  childChainId,
  type ExecutionConfig,
  hostPlatform,
  type Platform,
  parseReference,
  type Reference,
} from "../oci/index.ts";
import type { LayerSource } from "../snapshot/index.ts";
import { type ArchiveSource, openSourceFd } from "./archive-source.ts";
import { changeConfig } from "./change-config.ts";
import type { ImageContext } from "./context.ts";
import { draftImage } from "./image-draft.ts";
import { dropHold, keepLayers, type LayerHold, releaseLayers } from "./layer-hold.ts";
import { parseNewName } from "./tag-image.ts";
import type { Image } from "./types.ts";

/** What `docker import` is told beside the tar. */
export interface ImportRequest {
  /** `repository[:tag]`. */
  readonly reference?: string;
  /** Dockerfile instructions. */
  readonly changes: readonly string[];
  readonly message?: string;
  readonly platform?: Platform;
  /** What the history says: `-`, a file name or a URL. */
  readonly from: string;
}

/**
 * Makes a one-layer image of a root file system tar, plain or compressed. Throws `invalidArgument` for bad
 * changes or names before anything is read, and for what is no tar; nothing is left behind then.
 */
export async function importImage(
  context: ImageContext,
  source: ArchiveSource,
  request: ImportRequest & CallOptions,
): Promise<Image> {
  const { reference, changes, message, from: origin, platform } = request;
  const names = reference ? [parseImportName(reference)] : [];
  const config = await changeConfig({}, changes);
  const comment = message || `Imported from ${origin}`;
  const { fd, close } = openSourceFd(source);
  try {
    return await importLayer(
      context,
      { kind: "fd", fd },
      { ...request, names, config, comment, ...(platform === undefined ? {} : { platform }) },
    );
  } finally {
    close();
  }
}

function parseImportName(text: string): Reference {
  if (parseReference(text).digest !== undefined) {
    throw new EngineError("invalidArgument", "cannot import digest reference");
  }
  return parseNewName(text);
}

/** What {@link importLayer} makes of its layer. */
export interface LayerImport extends CallOptions {
  readonly names: readonly Reference[];
  readonly config: ExecutionConfig;
  readonly comment?: string;
  readonly createdBy?: string;
  readonly platform?: Platform;
  /** RFC 3339; now if not given. */
  readonly created?: string;
  /** Called when the source has been read; throwing drops it. */
  readonly check?: () => Promise<void>;
}

/** Makes a one-layer image from any source of a tar. */
export async function importLayer(
  context: ImageContext,
  source: LayerSource,
  request: LayerImport,
): Promise<Image> {
  const { store, layers } = context;
  const { signal, onProgress, comment, createdBy } = request;
  const staged = await layers.stage(source, {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const holds: LayerHold[] = [];
  let adopted = false;
  try {
    await request.check?.();
    const hold = keepLayers(store, childChainId(undefined, staged.diffId));
    holds.push(hold);
    const [layer] = await layers.adopt([staged], undefined);
    if (layer === undefined) throw new EngineError("internal", "no layer was adopted");
    adopted = true;
    const created = request.created ?? nowText();
    const draft = draftImage(store, "scratch")
      .withPlatform(request.platform ?? hostPlatform())
      .withConfig(request.config)
      .withCreated(created)
      .withLayer(layer, {
        created,
        ...(createdBy === undefined ? {} : { created_by: createdBy }),
        ...(comment === undefined ? {} : { comment }),
      });
    const image = (comment === undefined ? draft : draft.withComment(comment)).commit({
      names: request.names,
      within: () => dropHold(store, hold),
    });
    holds.length = 0;
    return image;
  } finally {
    if (!adopted) await layers.discard(staged);
    for (const hold of holds) await releaseLayers(context, hold);
  }
}
