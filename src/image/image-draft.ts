import { EngineError, nowText } from "../base/index.ts";
import {
  type ChainId,
  type Digest,
  digestOf,
  type ExecutionConfig,
  formatReference,
  type HistoryEntry,
  hostPlatform,
  type ImageConfig,
  type Platform,
  type Reference,
} from "../oci/index.ts";
import type { LayerRecord } from "../snapshot/index.ts";
import type { Store } from "../store/index.ts";
import { formatImageConfig } from "./format-config.ts";
import { readImage, writeImage } from "./image-rows.ts";
import type { Image } from "./types.ts";

/** How a draft becomes an image. */
export interface DraftCommit {
  /** The image that it was made from, when that is to be shown and kept as its parent. */
  readonly parent?: Digest;
  /** Names to give, each with a tag. */
  readonly names?: readonly Reference[];
  /** More changes for the same transaction; gets the image. It must not await. */
  readonly within?: (image: Image) => void;
}

/** An image that is being made. Immutable: every edit gives a new draft. */
export interface ImageDraft {
  readonly config: ImageConfig;
  /** The stack so far. */
  readonly top: ChainId | undefined;
  /** Unpacked bytes so far. */
  readonly size: number;
  /** Puts a layer that lies on {@link ImageDraft.top} onto the image, with its line of history. */
  withLayer(layer: LayerRecord, history: HistoryEntry): ImageDraft;
  /** A line of history that changed no file. */
  withHistory(entry: Omit<HistoryEntry, "empty_layer">): ImageDraft;
  /** Replaces what to run and how. */
  withConfig(config: ExecutionConfig): ImageDraft;
  /** RFC 3339; the time of the commit if never given. */
  withCreated(time: string): ImageDraft;
  withAuthor(author: string): ImageDraft;
  withComment(comment: string): ImageDraft;
  withPlatform(platform: Platform): ImageDraft;
  /** The steps that its layers are results of, as an inline cache. */
  withInlineCache(steps: string): ImageDraft;
  /** The image as {@link ImageDraft.commit} would record it, which is not done. */
  preview(): Image;
  /** Records the image and its names in one durable transaction. Equal drafts give the same image ID. */
  commit(request?: DraftCommit): Image;
}

interface State {
  readonly config: ImageConfig;
  readonly top: ChainId | undefined;
  readonly size: number;
}

/** Starts from an image, keeping its platform, configuration, layers and history, or from nothing. */
export function draftImage(store: Store, base: Image | "scratch"): ImageDraft {
  if (base === "scratch") {
    const config: ImageConfig = { ...hostPlatform(), rootfs: { type: "layers", diff_ids: [] } };
    return toDraft(store, { config, top: undefined, size: 0 });
  }
  const {
    author,
    comment,
    created,
    docker_version,
    parent,
    "strake.buildcache.v1": inlineCache,
    ...config
  } = base.config;
  return toDraft(store, { config, top: base.top, size: base.size });
}

function toDraft(store: Store, state: State): ImageDraft {
  const { config, top, size } = state;
  const edit = (changes: Partial<ImageConfig>): ImageDraft =>
    toDraft(store, { ...state, config: { ...config, ...changes } });
  const historyWith = (entry: HistoryEntry): HistoryEntry[] => [...(config.history ?? []), entry];
  return {
    ...state,
    withLayer: (layer, history) => {
      if (layer.parent !== top) {
        throw new EngineError("internal", `layer ${layer.chainId} does not lie on ${top ?? "nothing"}`);
      }
      const { empty_layer, ...line } = history;
      return toDraft(store, {
        config: {
          ...config,
          rootfs: { type: "layers", diff_ids: [...config.rootfs.diff_ids, layer.diffId] },
          history: historyWith(line),
        },
        top: layer.chainId,
        size: size + layer.size,
      });
    },
    withHistory: (entry) => edit({ history: historyWith({ ...entry, empty_layer: true }) }),
    withConfig: (execution) => edit({ config: execution }),
    withCreated: (created) => edit({ created }),
    withAuthor: (author) => edit({ author }),
    withComment: (comment) => edit({ comment }),
    withInlineCache: (steps) => edit({ "strake.buildcache.v1": steps }),
    withPlatform: ({ os, architecture, variant }) => {
      const { variant: _, ...rest } = config;
      const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
      return toDraft(store, { ...state, config: { ...rest, ...platform } });
    },
    preview: () => {
      const { whole, configBytes } = toWhole(config);
      return { id: digestOf(configBytes), config: whole, configBytes, size, parent: undefined, top };
    },
    commit: ({ parent, names = [], within } = {}) => {
      const { whole, configBytes } = toWhole(config);
      const known = within === undefined ? findNamed(store, digestOf(configBytes), names) : undefined;
      if (known !== undefined) return known;
      return store.transaction(
        () => {
          const image = writeImage(store, { config: whole, configBytes, size, top, parent, names });
          within?.(image);
          return image;
        },
        { durable: true },
      );
    },
  };
}

function toWhole(config: ImageConfig) {
  const whole = { ...config, created: config.created ?? nowText() };
  return { whole, configBytes: formatImageConfig(whole) };
}

/** The image, when it is there with all these names already: then there is nothing to write. */
function findNamed(store: Store, id: Digest, names: readonly Reference[]): Image | undefined {
  const named = names.every((name) => {
    const row = store.row<{ image: Digest }>("SELECT image FROM refs WHERE name = ?", formatReference(name));
    return row?.image === id;
  });
  return named ? readImage(store, id) : undefined;
}
