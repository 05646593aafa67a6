import { basename } from "node:path";
import { HOLD_LEASE } from "../../snapshot/index.ts";
import { type Lease, listLeases } from "../../store/index.ts";
import { layerOwners } from "./layer-owners.ts";
import type { Rooms } from "./rooms.ts";
import type { LedgerEntry } from "./types.ts";

/** To whom a part of the disk belongs. */
export type Owner = Pick<LedgerEntry, "kind" | "name" | "users">;

/** A folder of the root that holds one thing in each of the folders or files in it. */
interface Shelf {
  /** How many names lead from the root to a thing. */
  readonly depth: number;
  /** The owner of a thing by its path on the shelf; undefined when it has none. */
  ownerOf(name: string): Owner | undefined;
}

/** Things of the ledger as they were at one moment. */
export interface Owners {
  readonly shelves: Readonly<Record<string, Shelf>>;
  /** Whether a process is making or removing the thing at this path. */
  isUnderway(path: string): boolean;
}

/** Reads at one moment who owns what. */
export function readOwners(rooms: Rooms): Owners {
  const { store, content, volumes } = rooms;
  // No other process changes anything meanwhile: what is made passes from a lease to a record in one transaction.
  return store.rehearse(() => {
    const leases = listLeases(store);
    const idsOf = (table: "containers" | "cache_mounts" | "fetched_sources") =>
      store.rows<{ id: string }>(`SELECT id FROM ${table}`).map(({ id }) => id);
    const containers = idsOf("containers");
    const layers = layerOwners(rooms, { containers, held: heldBy(leases) });
    const volumeNames = volumes.list().map(({ name }) => name);
    const blobs = new Set(content.list().map(({ digest }) => digest));
    return {
      shelves: {
        layers: { depth: 2, ownerOf: (name) => layers.get(name) },
        containers: { depth: 2, ownerOf: oneOf("container", containers) },
        volumes: { depth: 2, ownerOf: oneOf("volume", volumeNames) },
        blobs: { depth: 3, ownerOf: (name) => blobOwner(name, blobs) },
        "cache-mounts": { depth: 2, ownerOf: oneOf("build cache", idsOf("cache_mounts")) },
        sources: { depth: 2, ownerOf: oneOf("build cache", idsOf("fetched_sources")) },
        tmp: { depth: 2, ownerOf: () => undefined },
      },
      isUnderway: underway(leases),
    };
  });
}

function heldBy(leases: readonly Lease[]): string[] {
  return leases.filter(({ kind }) => kind === HOLD_LEASE).map(({ path }) => path);
}

function underway(leases: readonly Lease[]): (path: string) => boolean {
  const names = new Set(leases.map(({ path }) => basename(path)));
  const volumes = leases.some(({ kind }) => kind === "volume");
  // A volume that is being removed has another name meanwhile.
  return (path) => names.has(basename(path)) || (volumes && path.startsWith("volumes/.removed-"));
}

function oneOf(kind: Owner["kind"], names: readonly string[]): Shelf["ownerOf"] {
  const known = new Set(names);
  return (name) => (known.has(name) ? { kind, name, users: [] } : undefined);
}

/** The owner of `sha256/<hex>` or of `partial/<hex>`: a download that the next pull goes on with. */
function blobOwner(path: string, blobs: ReadonlySet<string>): Owner | undefined {
  const [folder = "", hex = ""] = path.split("/");
  const digest = `sha256:${hex}`;
  const known = folder === "partial" || (folder === "sha256" && blobs.has(digest));
  return known ? { kind: "blob", name: digest, users: [] } : undefined;
}
