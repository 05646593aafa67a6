import type { ContainerView } from "../../container/index.ts";
import type { LayerRecord } from "../../snapshot/index.ts";
import { volumeSize } from "../volume-size.ts";
import { stackOf } from "./layer-owners.ts";
import type { Rooms } from "./rooms.ts";
import type { DiskUsage, ImageUsage, VolumeUsage } from "./types.ts";

/** What images, containers, volumes and build cache hold, as `system df` shows it. */
export async function diskUsage(rooms: Rooms): Promise<DiskUsage> {
  const containers = await rooms.containers.list({ all: true, size: true });
  const buildCache = await rooms.builds.usage({});
  return { ...imageUsage(rooms, containers), containers, volumes: volumeUsage(rooms), buildCache };
}

type ImagePart = Pick<DiskUsage, "images" | "layersSize" | "layersReclaimable">;

function imageUsage({ images, layers }: Rooms, containers: readonly ContainerView[]): ImagePart {
  const all = new Map(layers.list().map((layer) => [layer.chainId, layer]));
  const listed = images.list().map((image) => ({
    image,
    stack: stackOf(all, images.get(image.id)?.top),
    containers: containers.filter(({ record }) => record.imageId === image.id).length,
  }));
  const uses = new Map<LayerRecord, number>();
  for (const layer of listed.flatMap(({ stack }) => stack)) uses.set(layer, (uses.get(layer) ?? 0) + 1);
  const kept = new Set(listed.filter((each) => each.containers > 0).flatMap(({ stack }) => stack));
  return {
    images: listed.map(
      ({ image, stack, containers }): ImageUsage => ({
        ...image,
        containers,
        sharedSize: sizeOf(stack.filter((layer) => (uses.get(layer) ?? 0) > 1)),
      }),
    ),
    layersSize: sizeOf([...uses.keys()]),
    layersReclaimable: sizeOf([...uses.keys()].filter((layer) => !kept.has(layer))),
  };
}

function sizeOf(layers: readonly LayerRecord[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}

/** Docker's number for a size that nobody knows. */
const UNKNOWN = -1;

function volumeUsage({ layers, volumes }: Rooms): VolumeUsage[] {
  return volumes.list().map((volume) => ({
    ...volume,
    size: volumeSize(layers, volume) ?? UNKNOWN,
    links: volumes.usedBy(volume.name).length,
  }));
}
