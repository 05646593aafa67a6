import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { acquireLock } from "../host/index.ts";
import type { Store } from "../store/index.ts";
import { hasDevice, mountDevice, unmountDevice } from "./mount-device.ts";
import type { Volume, VolumeMount } from "./types.ts";
import { checkFolder } from "./volume-folder.ts";
import { findVolume, getVolume, volumeEvent } from "./volume-table.ts";

/**
 * Records that a container sees the volume from now on, and mounts the volume's device if it has one that is not
 * mounted. It stays mounted until the last container that runs with it is done.
 */
export async function mountVolume(store: Store, use: VolumeMount): Promise<void> {
  const volume = getVolume(store, use.volume);
  checkFolder(volume);
  const record = (): void =>
    store.transaction(() => {
      const { destination, readOnly, container } = use;
      const added = store.change(
        "INSERT OR IGNORE INTO volume_mounts(volume, container, destination) VALUES (?,?,?)",
        volume.name,
        container,
        destination,
      );
      if (added === 0) return;
      volumeEvent(store, "mount", volume.name, {
        container,
        destination,
        driver: "local",
        propagation: "",
        "read/write": String(!readOnly),
      });
    });
  if (!hasDevice(volume)) {
    record();
    return;
  }
  await withDevice(store, volume, async () => {
    await mountDevice(volume);
    record();
  });
}

/** Runs `section` while the volume's device is mounted; for one that is a plain folder that is always so. */
export async function withMounted<T>(store: Store, volume: Volume, section: () => Promise<T>): Promise<T> {
  checkFolder(volume);
  if (!hasDevice(volume)) return await section();
  // Until the end, so that nobody takes the device away in between.
  return await withDevice(store, volume, async () => {
    await mountDevice(volume);
    try {
      return await section();
    } finally {
      unmountIfUnused(store, volume);
    }
  });
}

/** Ends all that {@link mountVolume} did for the container; `volumes` are those it may have mounted. Idempotent. */
export async function unmountVolumes(
  store: Store,
  container: string,
  volumes: readonly string[],
): Promise<void> {
  for (const name of new Set(volumes)) {
    const volume = findVolume(store, name);
    const forget = (): void =>
      store.transaction(() => {
        const ended = store.change(
          "DELETE FROM volume_mounts WHERE volume = ? AND container = ?",
          name,
          container,
        );
        for (let n = 0; n < ended; n++) volumeEvent(store, "unmount", name, { container, driver: "local" });
      });
    if (volume === undefined || !hasDevice(volume)) {
      forget();
      continue;
    }
    await withDevice(store, volume, async () => {
      forget();
      unmountIfUnused(store, volume);
    });
  }
}

/** True while a container runs with the volume. */
export function isInUse(store: Store, name: string): boolean {
  return store.row("SELECT 1 FROM volume_mounts WHERE volume = ?", name) !== undefined;
}

function unmountIfUnused(store: Store, { name, path }: Volume): void {
  if (!isInUse(store, name)) unmountDevice(path);
}

async function withDevice<T>(store: Store, { name }: Volume, section: () => Promise<T>): Promise<T> {
  const folder = join(store.run, "volumes");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await acquireLock(join(folder, Bun.hash(name).toString(36)));
  try {
    return await section();
  } finally {
    lock.release();
  }
}
