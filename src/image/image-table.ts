import type { CallOptions, FilterValues } from "../base/index.ts";
import type { ContentStore } from "../content/index.ts";
import type { Descriptor, DiffId, Digest, Platform, Reference } from "../oci/index.ts";
import type { Registry } from "../registry/index.ts";
import type { Layers } from "../snapshot/index.ts";
import type { Rehearsal, Store } from "../store/index.ts";
import type { ArchiveSource, ImageSource } from "./archive-source.ts";
import type { ImageContext } from "./context.ts";
import { draftImage, type ImageDraft } from "./image-draft.ts";
import { imageHistory } from "./image-history.ts";
import { familiarOf, namesOf } from "./image-names.ts";
import { readImage } from "./image-rows.ts";
import type { ImportRequest } from "./import-image.ts";
import { inspectImage } from "./inspect-image.ts";
import { repairLayers } from "./layer-hold.ts";
import { type ListRequest, listImages } from "./list-images.ts";
import type { LoadOptions } from "./load-images.ts";
import type { Pruned } from "./prune-images.ts";
import type { PulledImage, PullOptions } from "./remote/pull-image.ts";
import type { BuiltImage, PushBuiltOptions, PushedBuild } from "./remote/push-built.ts";
import type { PushedImage, PushOptions } from "./remote/push-image.ts";
import type { IndexPush } from "./remote/push-index.ts";
import type { RemoteManifest, RemoteOptions } from "./remote/remote-manifest.ts";
import type { RemoveRequest, UsedBy } from "./remove-image.ts";
import { resolveImage } from "./resolve-image.ts";
import type { SaveOptions, WriteOptions } from "./save-images.ts";
import type { LayoutOptions } from "./save-layout.ts";
import type { Selected } from "./save-selection.ts";
import { tagImage } from "./tag-image.ts";
import type { HistoryLine, Image, ImageSummary, ImageView, LoadedImage, RemovedImage } from "./types.ts";

export interface PlatformOption {
  readonly platform?: Platform;
}

/**
 * The images of one store: immutable records by ID, and names that point at them. Every change is one
 * durable transaction. `name` may be a name, a whole ID or a unique prefix of one everywhere.
 */
export interface ImageTable {
  /** Newest first, filtered as `docker image ls` does. */
  list(request?: ListRequest): ImageSummary[];
  /** The image that a name or ID means. Throws `notFound` (`No such image: x:latest`), `invalidArgument`. */
  resolve(name: string, options?: PlatformOption): Image;
  /** By its whole ID. */
  get(id: Digest): Image | undefined;
  /** Familiar names of an image, sorted. */
  names(id: Digest): string[];
  inspect(name: string, options?: PlatformOption): ImageView;
  history(name: string, options?: PlatformOption): HistoryLine[];
  /** Gives one more name; the image that had it loses it. Returns what was tagged, for the event. */
  tag(source: string, target: string): { readonly id: Digest; readonly name: Reference };
  /** Throws `notFound`, or `conflict` by the rules of `docker image rm`. */
  remove(name: string, request: RemoveRequest): Promise<RemovedImage[]>;
  prune(filters: FilterValues, usedBy: UsedBy): Promise<Pruned>;
  /** What {@link ImageTable.prune} would do. */
  rehearsePrune(filters: FilterValues, usedBy: UsedBy): Promise<Rehearsal<RemovedImage>>;
  /** Writes one tar, OCI layout and docker-archive at once. Returns the IDs of the images in it. */
  save(names: readonly string[], fd: number, options?: SaveOptions): Promise<readonly Digest[]>;
  /** As {@link ImageTable.save}, under names that need not be in the store; into a folder it is an OCI layout only. */
  write(
    images: readonly Selected[],
    to: { readonly fd: number } | { readonly folder: string },
    options?: WriteOptions,
  ): Promise<void>;
  /** Adds images to the OCI layout in a folder. Returns their IDs. */
  saveLayout(names: readonly string[], options: LayoutOptions): Promise<readonly Digest[]>;
  /** Reads a docker-archive or OCI layout; all of its images or none. */
  load(source: ImageSource, options?: LoadOptions): Promise<LoadedImage[]>;
  /** Makes a one-layer image of a root file system tar. */
  import(source: ArchiveSource, request: ImportRequest, options?: CallOptions): Promise<Image>;
  /** Makes a base image (`debian[:suite]`, `busybox`) from the Debian archive. */
  bootstrap(name: string, options?: CallOptions): Promise<Image>;
  /** Brings an image, or all of a repository, here from a registry. */
  pull(name: string, registry: Registry, options?: PullOptions): Promise<PulledImage[]>;
  /** Sends an image, or all tags of a repository that are here, to a registry. */
  push(name: string, registry: Registry, options?: PushOptions): Promise<PushedImage[]>;
  /** Sends images that were just made and need not be recorded: one by itself, several under an index. */
  pushBuilt(
    images: readonly BuiltImage[],
    registry: Registry,
    options: PushBuiltOptions,
  ): Promise<PushedBuild>;
  /** A manifest or index of a registry, without pulling anything. */
  remoteManifest(name: string, registry: Registry, options?: RemoteOptions): Promise<RemoteManifest>;
  /** Stores an index of images that the same registry has. */
  pushIndex(name: string, registry: Registry, index: IndexPush & CallOptions): Promise<Descriptor>;
  /** A new image on the base of another, or of nothing. */
  draft(base: Image | "scratch"): ImageDraft;
  /** Removes what operations that died left behind; cheap when there is nothing. */
  repair(): Promise<void>;
}

/** Opens the images of a store. Rarely used parts are only read in when they are called. */
export function openImages(store: Store, layers: Layers, content: ContentStore): ImageTable {
  const context: ImageContext = { store, layers };
  const dropBlobs = async (freed: readonly DiffId[]): Promise<void> => {
    if (freed.length === 0) return;
    const { dropLayerBlobs } = await import("./remote/blob-records.ts");
    dropLayerBlobs(store, content, freed);
  };
  return {
    list: (request) => listImages(store, request),
    resolve: (name, options) => resolveImage(store, name, options?.platform),
    get: (id) => readImage(store, id),
    names: (id) => namesOf(store, id).map(familiarOf),
    inspect: (name, options) => inspectImage(context, resolveImage(store, name, options?.platform)),
    history: (name, options) => imageHistory(context, resolveImage(store, name, options?.platform)),
    tag: (source, target) => tagImage(store, source, target),
    remove: async (name, request) => {
      const { removeImage } = await import("./remove-image.ts");
      const { records, freed } = await removeImage(context, name, request);
      await dropBlobs(freed);
      return [...records];
    },
    prune: async (filters, usedBy) => {
      const { pruneImages } = await import("./prune-images.ts");
      const { sweepBlobs } = await import("./remote/blob-records.ts");
      const pruned = await pruneImages(context, filters, usedBy);
      sweepBlobs(store, content, 0);
      return pruned;
    },
    rehearsePrune: async (filters, usedBy) => {
      const { rehearseImagePrune } = await import("./prune-images.ts");
      const { sweepableFiles } = await import("./remote/blob-records.ts");
      return () => {
        const pruned = rehearseImagePrune(context, filters, usedBy);
        return { ...pruned, folders: [...pruned.folders, ...sweepableFiles(store, content)] };
      };
    },
    save: async (names, fd, options = {}) => {
      const { saveImages } = await import("./save-images.ts");
      return await saveImages(context, names, { ...options, fd });
    },
    write: async (images, to, options = {}) => {
      const { writeArchive, writeLayout } = await import("./save-images.ts");
      if ("fd" in to) await writeArchive(context, images, { ...options, ...to });
      else await writeLayout(context, images, { ...options, ...to });
    },
    saveLayout: async (names, options) => {
      const { saveLayout } = await import("./save-layout.ts");
      return await saveLayout(context, names, options);
    },
    load: async (source, options) => {
      const { loadImages } = await import("./load-images.ts");
      return await loadImages(context, source, options);
    },
    import: async (source, request, options = {}) => {
      const { importImage } = await import("./import-image.ts");
      return await importImage(context, source, { ...request, ...options });
    },
    bootstrap: async (name, options = {}) => {
      const { bootstrapImage } = await import("./bootstrap-image.ts");
      return await bootstrapImage(context, name, options);
    },
    pull: async (name, registry, options) => {
      const { pullImage } = await import("./remote/pull-image.ts");
      return await pullImage({ ...context, content, registry }, name, options);
    },
    pushBuilt: async (built, registry, options) => {
      const { pushBuilt } = await import("./remote/push-built.ts");
      return await pushBuilt({ ...context, content, registry }, built, options);
    },
    push: async (name, registry, options) => {
      const { pushImage } = await import("./remote/push-image.ts");
      return await pushImage({ ...context, content, registry }, name, options);
    },
    remoteManifest: async (name, registry, options) => {
      const { readRemoteManifest } = await import("./remote/remote-manifest.ts");
      return await readRemoteManifest(registry, name, options);
    },
    pushIndex: async (name, registry, index) => {
      const { pushIndex } = await import("./remote/push-index.ts");
      return await pushIndex(registry, name, index);
    },
    draft: (base) => draftImage(store, base),
    repair: async () => {
      content.repair();
      const { repairFolders } = await import("./work-folder.ts");
      repairFolders(store);
      await repairLayers(context);
    },
  };
}
