import { type CallOptions, Semaphore, shortId, throwIfAborted } from "../../base/index.ts";
import type { ContentStore } from "../../content/index.ts";
import { type ChainId, chainIds, type Descriptor, type DiffId } from "../../oci/index.ts";
import type { Registry, Repository } from "../../registry/index.ts";
import type { StagedLayer } from "../../snapshot/index.ts";
import type { ImageContext } from "../context.ts";
import { keepLayers, type LayerHold } from "../layer-hold.ts";
import { recordLayerBlob } from "./blob-records.ts";
import { type Download, startDownload } from "./download-blob.ts";
import { wrongLayer } from "./errors.ts";
import { withLock } from "./locks.ts";

/** Layers that an image needs, and where they come from. */
export interface LayersRequest {
  readonly registry: Registry;
  readonly repository: Repository;
  readonly content: ContentStore;
  /** Bottom first, as many as there are blobs. */
  readonly diffIds: readonly DiffId[];
  readonly blobs: readonly Descriptor[];
  /** Gets a hold on every stack, to be ended by the caller. */
  readonly holds: LayerHold[];
  readonly options: CallOptions;
}

/** Downloads at a time, as in Docker. */
const PARALLEL = 3;

/**
 * Brings the layers of an image here, several at a time, each unpacked while it comes. What is here already, or what
 * another process brings at the same time, is not fetched. Throws `dataLoss` when a layer is not what it must be.
 */
export async function pullLayers(context: ImageContext, request: LayersRequest): Promise<void> {
  const { diffIds, blobs, holds, options } = request;
  const chain = chainIds(diffIds);
  context.store.transaction(() => {
    for (const chainId of chain) holds.push(keepLayers(context.store, chainId));
  });
  const failing = new AbortController();
  const stop = (): void => failing.abort();
  options.signal?.addEventListener("abort", stop, { once: true });
  const pull = new LayersPull(context, { ...request, options: { ...options, signal: failing.signal } });
  const tasks: Promise<void>[] = [];
  let first: unknown;
  for (const [at, blob] of blobs.entries()) {
    const diffId = diffIds[at] as DiffId;
    const layer = { blob, diffId, chainId: chain[at] as ChainId, parent: chain[at - 1] };
    const below = tasks.at(-1) ?? Promise.resolve();
    const task = pull.layer(layer, below).catch((error: unknown) => {
      // The others end because of it; it is the reason.
      first ??= error;
      stop();
      throw error;
    });
    tasks.push(task);
  }
  const results = await Promise.allSettled(tasks);
  options.signal?.removeEventListener("abort", stop);
  throwIfAborted(options);
  if (results.some(({ status }) => status === "rejected")) throw first;
}

interface PulledLayer {
  readonly blob: Descriptor;
  readonly diffId: DiffId;
  readonly chainId: ChainId;
  readonly parent: ChainId | undefined;
}

class LayersPull {
  readonly #context: ImageContext;
  readonly #request: LayersRequest;
  readonly #slots = new Semaphore(PARALLEL);

  constructor(context: ImageContext, request: LayersRequest) {
    this.#context = context;
    this.#request = request;
  }

  /** Makes one layer be here; `below` settles when those under it are. */
  async layer(layer: PulledLayer, below: Promise<void>): Promise<void> {
    below.catch(() => undefined);
    const { store, layers } = this.#context;
    const { signal } = this.#request.options;
    const isHere = (): boolean => layers.get(layer.chainId) !== undefined;
    if (isHere()) return this.#say(layer, "Already exists");
    this.#say(layer, "Pulling fs layer");
    // Whoever holds the lock of a stack waits for none above it, so that nobody waits in a circle.
    await withLock(store, { what: { stack: layer.chainId }, signal }, async () => {
      if (isHere()) return;
      const staged = await this.#slots.run(() => this.#fetch(layer));
      try {
        await below;
        throwIfAborted(this.#request.options);
        await layers.adopt([staged], layer.parent);
      } catch (error) {
        await layers.discard(staged);
        throw error;
      }
    });
    this.#say(layer, "Pull complete");
  }

  /** Downloads and unpacks at once. */
  async #fetch(layer: PulledLayer): Promise<StagedLayer> {
    const { store } = this.#context;
    const { content, options } = this.#request;
    const { blob } = layer;
    throwIfAborted(options);
    const what = { blob: blob.digest };
    const staged = await withLock(store, { what, signal: options.signal }, async () => {
      if (content.stat(blob.digest) !== undefined) {
        return await this.#stage({ kind: "file", path: content.path(blob.digest) });
      }
      return await this.#download(layer);
    });
    if (staged.diffId !== layer.diffId) {
      await this.#context.layers.discard(staged);
      throw wrongLayer(`layers from manifest don't match image configuration: ${layer.diffId}`);
    }
    store.transaction(() => recordLayerBlob(store, layer.diffId, blob));
    return staged;
  }

  async #download(layer: PulledLayer): Promise<StagedLayer> {
    const { blob } = layer;
    const { registry, repository, content, options } = this.#request;
    const onBytes = (current: number): void =>
      options.onProgress?.({
        kind: "bytes",
        id: shortId(blob.digest),
        text: "Downloading",
        current,
        total: blob.size,
      });
    const download = await startDownload(this.#context.store, {
      registry,
      repository,
      blob,
      options,
      onBytes,
    });
    try {
      const staged = await this.#stageDownload(layer, download);
      if (staged !== undefined) {
        await download.stop();
        await content.adopt(download.path, blob);
        return staged;
      }
    } finally {
      await download.stop();
    }
    // What an interrupted download had left was damaged: once more from the start.
    return await this.#download(layer);
  }

  /** Undefined when the download has to begin anew. */
  async #stageDownload(layer: PulledLayer, download: Download): Promise<StagedLayer | undefined> {
    const { blob } = layer;
    void download.done.then(
      () => {
        this.#say(layer, "Verifying Checksum");
        this.#say(layer, "Download complete");
      },
      () => undefined,
    );
    let staged: StagedLayer | undefined;
    let failure: unknown;
    try {
      staged = await this.#stage({ kind: "stream", stream: download.stream() });
      if (staged.sourceDigest === blob.digest) return staged;
      await this.#context.layers.discard(staged);
      failure = wrongLayer(`filesystem layer verification failed for digest ${blob.digest}`);
    } catch (error) {
      failure = error;
    }
    throwIfAborted(this.#request.options);
    // Without its bytes, nothing is known against what has come so far.
    await download.done;
    await download.discard();
    if (download.resumed > 0) return undefined;
    throw failure;
  }

  async #stage(source: Parameters<ImageContext["layers"]["stage"]>[0]): Promise<StagedLayer> {
    const { signal } = this.#request.options;
    return await this.#context.layers.stage(source, signal === undefined ? {} : { signal });
  }

  #say(layer: PulledLayer, text: string): void {
    this.#request.options.onProgress?.({ kind: "status", id: shortId(layer.blob.digest), text });
  }
}
