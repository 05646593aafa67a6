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
  readonly owners: ReadonlyMap<string, Owner>;
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
    const idsOf = (table: "containers" | "cache_mounts") =>
      store.rows<{ id: string }>(`SELECT id FROM ${table}`).map(({ id }) => id);
    const containers = idsOf("containers");
    return {
      shelves: {
        layers: { depth: 2, owners: layerOwners(rooms, { containers, held: heldBy(leases) }) },
        containers: { depth: 2, owners: sameNamed("container", containers) },
        volumes: {
          depth: 2,
          owners: sameNamed(
            "volume",
            volumes.list().map(({ name }) => name),
          ),
        },
        blobs: {
          depth: 3,
          owners: new Map(content.list().map(({ digest }) => [digest.replace(":", "/"), blob(digest)])),
        },
        "cache-mounts": { depth: 2, owners: sameNamed("build cache", idsOf("cache_mounts")) },
        tmp: { depth: 2, owners: new Map() },
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

function sameNamed(kind: Owner["kind"], names: readonly string[]): Map<string, Owner> {
  return new Map(names.map((name) => [name, { kind, name, users: [] }]));
}

function blob(digest: string): Owner {
  return { kind: "blob", name: digest, users: [] };
}
