import { closeSync } from "node:fs";
import { type CallOptions, EngineError, Semaphore, shortId, throwIfAborted } from "../base/index.ts";
import { openPipe } from "../host/index.ts";
import { type ChainId, chainIds, type DiffId } from "../oci/index.ts";
import type { StagedLayer } from "../snapshot/index.ts";
import type { ImageContext } from "./context.ts";
import { wrongContent } from "./errors.ts";
import type { ImageArchive } from "./image-archive.ts";
import { keepLayers, type LayerHold } from "./layer-hold.ts";
import type { PlannedImage, PlannedLayer } from "./load-plan.ts";

/** Where {@link stackLayers} takes layers from, and what it held while it made them. */
export interface StackRequest {
  readonly archive: ImageArchive;
  readonly plan: PlannedImage;
  /** Gets a hold on every stack that is made, to be ended by the caller. */
  readonly holds: LayerHold[];
  readonly options: CallOptions;
}

/**
 * Makes the layers of a planned image, each verified; those that are here already are not read. Throws
 * `dataLoss` when one is not what config or manifest say.
 */
export async function stackLayers(context: ImageContext, request: StackRequest): Promise<void> {
  const { config, layers } = request.plan;
  const diffIds = config.rootfs.diff_ids;
  const chain = chainIds(diffIds);
  const present = holdPresent(context, request, chain);
  const missing = layers.map((layer, at) => ({ layer, at })).slice(present + 1);
  if (missing.length === 0) return;
  const stack = new Stack(context, request, chain);
  try {
    const limit = new Semaphore(request.archive.parallel);
    const stages = await Promise.allSettled(
      missing.map(({ layer, at }) => limit.run(() => stack.stage(layer, at))),
    );
    const failed = stages.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    for (const { at } of missing) await stack.push(at);
    await stack.adopt();
  } finally {
    await stack.discard();
  }
}

/** The index of the highest layer of the chain that is here; from now on nobody collects it. */
function holdPresent(context: ImageContext, { holds }: StackRequest, chain: readonly ChainId[]): number {
  return context.store.transaction(() => {
    const present = chain.findLastIndex((each) => context.layers.get(each) !== undefined);
    const top = chain[present];
    if (top !== undefined) holds.push(keepLayers(context.store, top));
    return present;
  });
}

/** One stack that grows from the layer `present` on. */
class Stack {
  readonly #context: ImageContext;
  readonly #request: StackRequest;
  readonly #chain: readonly ChainId[];
  readonly #staged = new Map<number, StagedLayer>();
  #failed = false;
  #pending: number[] = [];

  constructor(context: ImageContext, request: StackRequest, chain: readonly ChainId[]) {
    this.#context = context;
    this.#request = request;
    this.#chain = chain;
  }

  async stage(layer: PlannedLayer, at: number): Promise<void> {
    const { options } = this.#request;
    throwIfAborted(options);
    // The first failure ends the load; what waits behind it need not be unpacked any more.
    if (this.#failed) return;
    const diffId = this.#diffId(at);
    options.onProgress?.({ kind: "status", id: shortId(diffId), text: "Loading layer" });
    try {
      const staged = await layer.blob.stage();
      if (staged === undefined) return;
      this.#staged.set(at, staged);
      if (staged.diffId !== diffId) {
        throw wrongContent(`invalid diffID for layer ${at}: expected "${diffId}", got "${staged.diffId}"`);
      }
      if (layer.digest !== undefined && staged.sourceDigest !== layer.digest) {
        throw wrongContent(`invalid archive: "${layer.name}" does not match digest ${layer.digest}`);
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  async push(at: number): Promise<void> {
    if (!this.#staged.has(at)) {
      await this.adopt();
      this.#staged.set(at, await this.#copy(this.#diffId(at)));
    }
    this.#pending.push(at);
  }

  async adopt(): Promise<void> {
    const [first] = this.#pending;
    const last = this.#pending.at(-1);
    if (first === undefined || last === undefined) return;
    const { holds } = this.#request;
    const { store } = this.#context;
    // Each of them: what another process makes of them at the same time, it may also remove.
    store.transaction(() => {
      for (const chainId of this.#chain.slice(first, last + 1)) holds.push(keepLayers(store, chainId));
    });
    const staged = this.#pending.flatMap((at) => this.#staged.get(at) ?? []);
    await this.#context.layers.adopt(staged, first === 0 ? undefined : this.#chain[first - 1]);
    for (const at of this.#pending) this.#staged.delete(at);
    this.#pending = [];
  }

  async discard(): Promise<void> {
    for (const staged of this.#staged.values()) await this.#context.layers.discard(staged);
  }

  #diffId(at: number): DiffId {
    const diffId = this.#request.plan.config.rootfs.diff_ids[at];
    if (diffId === undefined) throw new EngineError("internal", `no layer ${at} in the image`);
    return diffId;
  }

  /** A stream gives a layer once; where it is needed twice, the second is made from the first. */
  async #copy(diffId: DiffId): Promise<StagedLayer> {
    const { store, layers } = this.#context;
    const row = store.row<{ chain_id: ChainId }>("SELECT chain_id FROM layers WHERE diff_id = ?", diffId);
    if (row === undefined) throw wrongContent(`invalid archive: layer ${diffId} is missing`);
    const [reader, writer] = openPipe();
    let open = true;
    const written = layers.writeTar(row.chain_id, writer).finally(() => {
      open = false;
      closeSync(writer);
    });
    try {
      const [staged] = await Promise.all([layers.stage({ kind: "fd", fd: reader }), written]);
      return staged;
    } finally {
      closeSync(reader);
      if (open) await written.catch(() => {});
    }
  }
}
