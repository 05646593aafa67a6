import { newId } from "../base/index.ts";
import { endLease, type Store, takeLease } from "../store/index.ts";
import { checkDriver, checkRequest } from "./check-request.ts";
import { volumeExists } from "./errors.ts";
import type { Volume, VolumeRequest } from "./types.ts";
import {
  dataPath,
  discardFolders,
  makeFolder,
  makeStaged,
  placeFolder,
  stagedName,
  VOLUME_LEASE,
} from "./volume-folder.ts";
import { findVolume, insertVolume, tieVolume } from "./volume-table.ts";

const ANONYMOUS = "com.docker.volume.anonymous";

/** Makes the volume, or returns the one that has this name. Throws `invalidArgument` or `notFound`. */
export function createVolume(store: Store, request: VolumeRequest): Volume {
  const { name = newId(), container } = request;
  const tied = (volume: Volume): Volume => {
    if (container !== undefined) tieVolume(store, name, { container, named: request.name !== undefined });
    return volume;
  };
  const find = (): Volume | undefined => {
    const known = findVolume(store, name);
    return known === undefined ? undefined : tied(known);
  };
  checkDriver(name, request.driver);
  const known = store.transaction(find);
  if (known !== undefined) return known;
  checkRequest({ ...request, name });
  const lease = takeLease(store, VOLUME_LEASE, name);
  return store.transaction(() => {
    endLease(store, lease);
    const made = find();
    if (made !== undefined) return made;
    const volume = toVolume(store, name, request);
    makeFolder(store, name);
    insertVolume(store, volume);
    return tied(volume);
  });
}

/**
 * Makes a volume whose files `fill` puts into the empty folder that it is given; nothing is visible before that is
 * done, and nothing stays when it fails. Throws `conflict` when there is a volume of that name.
 */
export async function createFilledVolume(
  store: Store,
  request: VolumeRequest & { readonly name: string },
  fill: (folder: string) => Promise<void>,
): Promise<Volume> {
  const { name } = request;
  checkRequest(request);
  if (findVolume(store, name) !== undefined) throw volumeExists(name);
  const staged = stagedName();
  const leases = [staged, name].map((folder) => takeLease(store, VOLUME_LEASE, folder));
  try {
    await fill(makeStaged(store, staged));
    return store.transaction(() => {
      if (findVolume(store, name) !== undefined) throw volumeExists(name);
      const volume = toVolume(store, name, request);
      placeFolder(store, staged, name);
      insertVolume(store, volume);
      for (const lease of leases) endLease(store, lease);
      return volume;
    });
  } catch (error) {
    discardFolders(store, leases);
    throw error;
  }
}

function toVolume(store: Store, name: string, request: VolumeRequest): Volume {
  const anonymous = request.name === undefined;
  return {
    name,
    created: `${new Date().toISOString().slice(0, 19)}Z`,
    labels: { ...request.labels, ...(anonymous ? { [ANONYMOUS]: "" } : {}) },
    options: request.options ?? {},
    anonymous,
    path: dataPath(store, name),
  };
}
