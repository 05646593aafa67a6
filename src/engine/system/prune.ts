import type { CachePruneRequest } from "../../build/index.ts";
import { dryRun } from "../dry-run.ts";
import type { Engine } from "../engine.ts";
import { volumeSize } from "../volume-size.ts";
import type { Rooms } from "./rooms.ts";
import type { SystemPruned, SystemPruneRequest } from "./types.ts";

/** The parts of an engine that are pruned. */
export type Nouns = Pick<Engine, "containers" | "networks" | "volumes" | "images" | "builds">;

/** Removes what nothing uses: containers first, since they are what uses the rest. */
export async function pruneSystem(nouns: Nouns, request: SystemPruneRequest): Promise<SystemPruned> {
  const { filters } = request;
  const containers = await nouns.containers.prune(filters);
  const networks = await nouns.networks.prune(filters);
  const volumes = request.volumes ? await nouns.volumes.prune(filters) : NOTHING;
  const images = await nouns.images.prune(imageFilters(request));
  const cache = await nouns.builds.prune(cacheRequest(request));
  return {
    containers: containers.removed,
    networks,
    volumes: volumes.removed,
    images: images.removed,
    buildCache: cache.removed,
    reclaimed: containers.reclaimed + volumes.reclaimed + images.reclaimed + cache.reclaimed,
  };
}

/** What {@link pruneSystem} would do: one rehearsal, so that each part sees what the parts before it have removed. */
export async function rehearseSystemPrune(rooms: Rooms, request: SystemPruneRequest): Promise<SystemPruned> {
  const { store, layers } = rooms;
  const { filters } = request;
  const containers = await rooms.containers.rehearsePrune(filters);
  const images = await rooms.images.rehearsePrune(imageFilters(request), (id) =>
    rooms.containers.usersOf(id),
  );
  const cache = await rooms.builds.rehearsePrune(cacheRequest(request));
  const { removed, reclaimed, freed } = dryRun(store, () => {
    const stopped = containers();
    const networks = rooms.networks.prunable(filters, ({ name }) => rooms.containers.usesNetwork(name));
    const volumes = request.volumes
      ? rooms.volumes.rehearsePrune(filters, (volume) => volumeSize(layers, volume) ?? 0)
      : NO_REHEARSAL;
    const unused = images();
    const cached = cache();
    const parts = [stopped, volumes, unused, cached];
    const report = {
      containers: stopped.removed,
      networks: networks.map(({ name }) => name),
      volumes: volumes.removed,
      images: unused.removed,
      buildCache: cached.removed,
    };
    return {
      removed: [report],
      reclaimed: () => parts.reduce((sum, part) => sum + part.reclaimed(), 0),
      folders: parts.flatMap(({ folders }) => folders),
    };
  });
  const [report = EMPTY] = removed;
  return { ...report, reclaimed, ...(freed === undefined ? {} : { freed }) };
}

const NOTHING = { removed: [], reclaimed: 0 } as const;
const NO_REHEARSAL = { removed: [], reclaimed: () => 0, folders: [] } as const;
const EMPTY = { containers: [], networks: [], volumes: [], images: [], buildCache: [] } as const;

function imageFilters({ all, filters }: SystemPruneRequest): SystemPruneRequest["filters"] {
  return { ...filters, dangling: [...(filters.dangling ?? []), String(!all)] };
}

/** The cache has no labels: of the filters only the time counts, as in Docker. */
function cacheRequest({ all, filters }: SystemPruneRequest): CachePruneRequest {
  const { until } = filters;
  return {
    all,
    filters: until === undefined ? {} : { until },
    reservedSpace: 0,
    maxUsedSpace: 0,
    minFreeSpace: 0,
  };
}
