import { dirname } from "node:path";
import type { FilterValues } from "../base/index.ts";
import { deadLeases, type Rehearsed, type Store } from "../store/index.ts";
import { createFilledVolume, createVolume } from "./create-volume.ts";
import { fillVolume } from "./fill-volume.ts";
import { filterVolumes, pruneCandidates } from "./filter-volumes.ts";
import { mountVolume, unmountVolumes, withMounted } from "./mount-volume.ts";
import { releaseVolumes, removeUnused, removeVolume } from "./remove-volume.ts";
import type { PrunedVolumes, Volume, VolumeMount, VolumeRequest } from "./types.ts";
import { discardFolders, VOLUME_LEASE } from "./volume-folder.ts";
import {
  deleteVolume,
  getVolume,
  listVolumes,
  namesUsed,
  tieVolume,
  usersOf,
  volumeEvent,
} from "./volume-table.ts";

/** The volumes of one store; the driver is `local`. */
export interface Volumes {
  /** Makes the volume, or returns the one that has this name. Throws `invalidArgument` for a bad name or option. */
  create(request: VolumeRequest): Volume;
  /** Makes a volume with the files that `fill` puts into its folder. Throws `conflict` when the name is taken. */
  createFilled(
    request: VolumeRequest & { readonly name: string },
    fill: (folder: string) => Promise<void>,
  ): Promise<Volume>;
  /** Throws `notFound`. */
  get(name: string): Volume;
  /** By name; narrowed by the filters of `volume ls`. */
  list(filters?: FilterValues): Volume[];
  /** Containers that use a volume; they keep it from being removed. */
  usedBy(name: string): string[];
  /** Ties a volume to a container until {@link Volumes.release}; `named`: the user chose it by its name. Throws `notFound`. */
  use(name: string, by: { readonly container: string; readonly named: boolean }): void;
  /**
   * Unties all volumes of a container; with `removeAnonymous` the anonymous ones that it was not given by name and
   * that nobody else uses vanish. Call the returned function after the transaction that this was part of: it removes their files.
   */
  release(container: string, options: { readonly removeAnonymous: boolean }): () => void;
  /** Makes the volume's files ready for a container that is about to run. Throws Docker's text when its device cannot be mounted. */
  mount(use: VolumeMount): Promise<void>;
  /** Ends what {@link Volumes.mount} did for a container that no longer runs. Idempotent. */
  unmount(container: string, volumes: readonly string[]): Promise<void>;
  /** Gives an empty volume files: all at once where that is possible, see {@link fillVolume}. */
  fill(name: string, fill: (folder: string) => Promise<void>): Promise<void>;
  /** Runs `section` while the volume's files are there. */
  withMounted<T>(name: string, section: (volume: Volume) => Promise<T>): Promise<T>;
  /** Throws `notFound` or, while a container uses it, `conflict`. */
  remove(name: string): void;
  /** Removes volumes that no container uses: anonymous ones, with the filter `all` every one. */
  prune(filters: FilterValues, sizeOf: (volume: Volume) => number): PrunedVolumes;
  /** What {@link Volumes.prune} would do; only for `rehearse` of the store. */
  rehearsePrune(filters: FilterValues, sizeOf: (volume: Volume) => number): Rehearsed<string>;
  /** Ends what processes that died were making or removing. */
  repair(): void;
}

/** Opens the volumes of `store`. */
export function openVolumes(store: Store): Volumes {
  return {
    create: (request) => createVolume(store, request),
    createFilled: (request, fill) => createFilledVolume(store, request, fill),
    get: (name) => getVolume(store, name),
    list: (filters = {}) => filterVolumes(listVolumes(store), filters, () => namesUsed(store)),
    usedBy: (name) => usersOf(store, name),
    use: (name, by) => tieVolume(store, name, by),
    release: (container, options) => releaseVolumes(store, container, options),
    mount: (use) => mountVolume(store, use),
    unmount: (container, volumes) => unmountVolumes(store, container, volumes),
    fill: (name, fill) => fillVolume(store, getVolume(store, name), fill),
    withMounted: (name, section) => {
      const volume = getVolume(store, name);
      return withMounted(store, volume, () => section(volume));
    },
    remove: (name) => removeVolume(store, name),
    prune: (filters, sizeOf) => pruneVolumes(store, filters, sizeOf),
    rehearsePrune: (filters, sizeOf) => rehearseVolumePrune(store, filters, sizeOf),
    repair: () => discardFolders(store, deadLeases(store, VOLUME_LEASE)),
  };
}

function pruneVolumes(
  store: Store,
  filters: FilterValues,
  sizeOf: (volume: Volume) => number,
): PrunedVolumes {
  const removed: string[] = [];
  let reclaimed = 0;
  for (const volume of unusedVolumes(store, filters)) {
    const size = sizeOf(volume);
    if (!removeUnused(store, volume.name)) continue;
    removed.push(volume.name);
    reclaimed += size;
  }
  volumeEvent(store, "prune", "", { reclaimed: String(reclaimed) });
  return { removed, reclaimed };
}

function rehearseVolumePrune(
  store: Store,
  filters: FilterValues,
  sizeOf: (volume: Volume) => number,
): Rehearsed<string> {
  const unused = unusedVolumes(store, filters);
  for (const { name } of unused) deleteVolume(store, name);
  return {
    removed: unused.map(({ name }) => name),
    reclaimed: () => unused.reduce((sum, volume) => sum + sizeOf(volume), 0),
    folders: unused.map(({ path }) => dirname(path)),
  };
}

function unusedVolumes(store: Store, filters: FilterValues): Volume[] {
  const used = namesUsed(store);
  return pruneCandidates(listVolumes(store), filters).filter(({ name }) => !used.has(name));
}
