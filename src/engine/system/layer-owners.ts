import { shortId } from "../../base/index.ts";
import type { ChainId } from "../../oci/index.ts";
import { INIT_LAYERS, type LayerRecord } from "../../snapshot/index.ts";
import type { Owner } from "./owners.ts";
import type { Rooms } from "./rooms.ts";

/** What else {@link layerOwners} goes by. */
export interface LayerUsers {
  /** IDs of all containers. */
  readonly containers: readonly string[];
  /** Chain IDs that processes hold. */
  readonly held: readonly string[];
}

/** Owners of the layers by the name of their folder: the first in the order images, build cache, containers, processes. A layer that nothing needs has none. */
export function layerOwners(rooms: Rooms, { containers, held }: LayerUsers): Map<string, Owner> {
  const layers = new Map(rooms.layers.list().map((layer) => [layer.chainId, layer]));
  const owners = new Map<string, Owner>(
    INIT_LAYERS.map((name) => [name, { kind: "engine", name, users: [] }]),
  );
  const claim = (kind: Owner["kind"], user: string, top: ChainId | undefined) => {
    for (const { id, chainId } of stackOf(layers, top)) {
      const owner = owners.get(id);
      if (owner === undefined) owners.set(id, { kind, name: chainId, users: [user] });
      else if (owner.kind === kind) owners.set(id, { ...owner, users: [...owner.users, user] });
    }
  };
  for (const { id, repoTags, repoDigests } of rooms.images.list({ all: true })) {
    claim("image layer", repoTags[0] ?? repoDigests[0] ?? shortId(id), rooms.images.get(id)?.top);
  }
  for (const { chain, description } of cachedStacks(rooms)) claim("build cache", description, chain);
  for (const { key, parent } of rooms.layers.snapshots.list()) {
    if (containers.includes(key)) claim("container", key, parent);
    else claim("in the making", key, parent);
  }
  for (const chainId of held) claim("in the making", chainId, chainId as ChainId);
  return owners;
}

/** The layers of a stack, top first, as far as they are in `layers`. */
export function stackOf(
  layers: ReadonlyMap<ChainId, LayerRecord>,
  top: ChainId | undefined,
): readonly LayerRecord[] {
  const stack: LayerRecord[] = [];
  for (let layer = top && layers.get(top); layer; layer = layer.parent && layers.get(layer.parent)) {
    stack.push(layer);
  }
  return stack;
}

function cachedStacks({ store }: Rooms) {
  const sql = "SELECT chain_id AS chain, description FROM build_cache ORDER BY created";
  return store.rows<{ readonly chain: ChainId; readonly description: string }>(sql);
}
