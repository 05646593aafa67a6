import {
  type ChainId,
  type DiffId,
  type Digest,
  familiarReference,
  type Platform,
  type Reference,
} from "../oci/index.ts";
import type { LayerRecord } from "../snapshot/index.ts";
import type { Store } from "../store/index.ts";
import type { ImageContext } from "./context.ts";
import { deleteConflict, referenceConflict } from "./errors.ts";
import { familiarOf, isDigestName, namesOf, repositoryOf } from "./image-names.ts";
import { hasChildren } from "./image-rows.ts";
import { keepLayers, type LayerHold, releaseLayers } from "./layer-hold.ts";
import { findImage, keyOf, resolveImage } from "./resolve-image.ts";
import type { RemovedImage } from "./types.ts";

/** A container that was made from an image. */
export interface ImageUser {
  readonly id: string;
  readonly running: boolean;
}

/** Tells which containers use an image. Called inside a transaction: it must not await. */
export type UsedBy = (image: Digest) => readonly ImageUser[];

export interface RemoveRequest {
  readonly force?: boolean;
  /** Keep untagged parents. */
  readonly noPrune?: boolean;
  readonly platform?: Platform;
  readonly usedBy: UsedBy;
}

/** What was removed, in Docker's order, with the bytes of the layers that are gone. */
export interface Removal {
  readonly records: readonly RemovedImage[];
  readonly reclaimed: number;
  /** Of the layers that are gone. */
  readonly freed: readonly DiffId[];
}

type Step = RemovedImage | { readonly freed: LayerHold };

/**
 * Removes a name, or an image with its names, its layers that nothing else needs and its untagged parents,
 * by the rules of `docker image rm`. Throws `notFound` or `conflict`, and has changed nothing then.
 */
export async function removeImage(
  context: ImageContext,
  name: string,
  request: RemoveRequest,
): Promise<Removal> {
  const { store } = context;
  const steps = store.transaction(() => forgetImage(store, name, request), { durable: true });
  const lastUse = lastUses(context, steps);
  const freed: LayerRecord[] = [];
  for (const hold of holdsOf(steps)) freed.push(...(await releaseLayers(context, hold)));
  return toRemoval(steps, lastUse, freed);
}

/** What {@link removeImage} would do; the records are gone, the folders are not. Only for `rehearse` of the store. */
export function rehearseRemoval(
  context: ImageContext,
  name: string,
  request: RemoveRequest,
): Removal & { readonly folders: readonly string[] } {
  const steps = forgetImage(context.store, name, request);
  const lastUse = lastUses(context, steps);
  const dropped = holdsOf(steps).flatMap((hold) => context.layers.rehearse.release(hold));
  const freed = dropped.map(({ layer }) => layer);
  return { ...toRemoval(steps, lastUse, freed), folders: dropped.map(({ lease }) => lease.path) };
}

function forgetImage(store: Store, name: string, request: RemoveRequest): readonly Step[] {
  if (request.platform !== undefined) resolveImage(store, name, request.platform);
  const { id, reference } = findImage(store, name);
  const removal = new ImageRemoval(store, request);
  if (reference === undefined || isPrefixOf(name, id)) removal.byId(id);
  else removal.byName(id, reference, name);
  return removal.steps;
}

function holdsOf(steps: readonly Step[]): LayerHold[] {
  return steps.flatMap((step) => ("freed" in step ? [step.freed] : []));
}

/** The last image that had each layer. */
function lastUses(context: ImageContext, steps: readonly Step[]): ReadonlyMap<ChainId, Step> {
  const lastUse = new Map<ChainId, Step>();
  for (const step of steps) {
    if (!("freed" in step)) continue;
    const top = step.freed.path as ChainId;
    if (context.layers.get(top) === undefined) continue;
    for (const { chainId } of context.layers.stack(top)) lastUse.set(chainId, step);
  }
  return lastUse;
}

/** Lists each layer behind the last image that had it, as if the images had gone one by one. */
function toRemoval(
  steps: readonly Step[],
  lastUse: ReadonlyMap<ChainId, Step>,
  freed: readonly LayerRecord[],
): Removal {
  const records = steps.flatMap((step): RemovedImage[] => {
    if (!("freed" in step)) return [step];
    const here = freed.filter(({ chainId }) => lastUse.get(chainId) === step);
    return here.map(({ chainId }) => ({ deleted: chainId }));
  });
  return {
    records,
    reclaimed: freed.reduce((sum, { size }) => sum + size, 0),
    freed: freed.map(({ diffId }) => diffId),
  };
}

function isPrefixOf(name: string, id: Digest): boolean {
  return id.startsWith(name) || id.slice("sha256:".length).startsWith(name);
}

/** The database's part of one removal. */
class ImageRemoval {
  readonly steps: Step[] = [];
  readonly #store: Store;
  readonly #request: RemoveRequest;

  constructor(store: Store, request: RemoveRequest) {
    this.#store = store;
    this.#request = request;
  }

  byName(id: Digest, reference: Reference, name: string): void {
    const { force, usedBy } = this.#request;
    const names = namesOf(this.#store, id);
    if (!force && isSingle(names)) {
      const [user] = usedBy(id);
      if (user !== undefined) throw referenceConflict(name, user.id, id);
    }
    const removed = keyOf(reference);
    this.#untag(removed, familiarReference(reference));
    let left = names.filter((each) => each !== removed);
    const repository = repositoryOf(removed);
    const siblings = left.filter((each) => repositoryOf(each) === repository);
    if (!isDigestName(removed) && siblings.every(isDigestName)) {
      for (const each of siblings) this.#untag(each);
      left = left.filter((each) => !siblings.includes(each));
    }
    if (left.length === 0) this.#delete(id, { quiet: true, force: force === true });
  }

  byId(id: Digest): void {
    const force = this.#request.force === true;
    const names = namesOf(this.#store, id);
    if (isSingle(names)) {
      const conflict = this.#conflict(id, { force, names: [] });
      if (conflict !== undefined) throw conflict.error;
      for (const each of names) this.#untag(each);
    }
    this.#delete(id, { quiet: false, force });
  }

  #delete(id: Digest, { quiet, force }: { readonly quiet: boolean; readonly force: boolean }): void {
    const names = namesOf(this.#store, id);
    const conflict = this.#conflict(id, { force, names });
    if (conflict !== undefined) {
      if (quiet && (names.length > 0 || conflict.used || hasChildren(this.#store, id))) return;
      throw conflict.error;
    }
    for (const each of names) this.#untag(each);
    const row = this.#store.row<{ parent: Digest | null; top: ChainId | null }>(
      "SELECT parent, top FROM images WHERE id = ?",
      id,
    );
    this.#store.change("DELETE FROM images WHERE id = ?", id);
    this.steps.push({ deleted: id });
    if (row?.top) this.steps.push({ freed: keepLayers(this.#store, row.top) });
    const parent = row?.parent ?? undefined;
    if (parent === undefined || this.#request.noPrune) return;
    if (this.#store.row("SELECT 1 FROM images WHERE id = ?", parent) === undefined) return;
    this.#delete(parent, { quiet: true, force: false });
  }

  #conflict(
    id: Digest,
    { force, names }: { readonly force: boolean; readonly names: readonly string[] },
  ): { readonly error: Error; readonly used: boolean } | undefined {
    if (hasChildren(this.#store, id)) {
      return { error: deleteConflict(id, false, "image has dependent child images"), used: false };
    }
    const users = this.#request.usedBy(id);
    const running = users.find((user) => user.running);
    if (running !== undefined) {
      const reason = `image is being used by running container ${running.id.slice(0, 12)}`;
      return { error: deleteConflict(id, false, reason), used: true };
    }
    if (force) return undefined;
    if (names.length > 0) {
      return {
        error: deleteConflict(id, true, "image is referenced in multiple repositories"),
        used: false,
      };
    }
    const [stopped] = users;
    if (stopped === undefined) return undefined;
    const reason = `image is being used by stopped container ${stopped.id.slice(0, 12)}`;
    return { error: deleteConflict(id, true, reason), used: true };
  }

  #untag(name: string, shown: string = familiarOf(name)): void {
    this.#store.change("DELETE FROM refs WHERE name = ?", name);
    this.steps.push({ untagged: shown });
  }
}

/** At most one tag, and every digest in one repository, the tag's. */
function isSingle(names: readonly string[]): boolean {
  if (names.length <= 1) return true;
  const tags = names.filter((name) => !isDigestName(name));
  const repositories = new Set(names.map(repositoryOf));
  return tags.length <= 1 && repositories.size === 1;
}
