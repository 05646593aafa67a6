import type { Layers } from "../snapshot/index.ts";
import type { Store } from "../store/index.ts";
import type { Volume, Volumes as VolumeRoom } from "../volume/index.ts";
import { dryRun } from "./dry-run.ts";
import type { Volumes } from "./engine.ts";
import { volumeSize } from "./volume-size.ts";

/** The volumes of a store as the engine offers them: with the copying that the layers' processes do. */
export function toVolumes(store: Store, volumes: VolumeRoom, layers: Layers): Volumes {
  const sizeOf = (volume: Volume) => volumeSize(layers, volume) ?? 0;
  return {
    list: async (filters) => volumes.list(filters),
    inspect: async (name) => volumes.get(name),
    create: async (request) => volumes.create(request),
    remove: async (name) => volumes.remove(name),
    prune: async (filters, options) =>
      options?.dryRun
        ? dryRun(store, () => volumes.rehearsePrune(filters, sizeOf))
        : volumes.prune(filters, sizeOf),
    export: (name, fd, options) =>
      volumes.withMounted(name, ({ path }) => layers.writeFolderTar(path, fd, options)),
    import: (request, fd, options) =>
      volumes.createFilled(request, async (folder) => {
        await layers.unpack({ kind: "fd", fd }, folder, { ...options, needsEnd: true });
      }),
    clone: (source, request, options) =>
      volumes.withMounted(source, ({ path, labels }) =>
        volumes.createFilled({ labels, ...request }, (folder) => layers.copyFolder(path, folder, options)),
      ),
  };
}
