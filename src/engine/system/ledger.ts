import { lstatSync } from "node:fs";
import { join } from "node:path";
import { measureDisk } from "../../snapshot/index.ts";
import { type Owner, type Owners, readOwners } from "./owners.ts";
import type { Rooms } from "./rooms.ts";
import type { Ledger, LedgerEntry, LedgerKind } from "./types.ts";

const KINDS: readonly LedgerKind[] = [
  "image layer",
  "container",
  "log",
  "volume",
  "build cache",
  "blob",
  "database",
  "reserve",
  "engine",
  "in the making",
  "unowned",
];

/** The longest path that may have an owner of its own: `containers/<id>/container.log`. */
const DEPTH = 3;
const LOG = /^container\.log(?:\.\d+)?$/;

/**
 * Accounts for every allocated byte below the root of the store. A file with several names counts once: for the first
 * layer that has it, else for the first of the folders in the order of their names.
 */
export function diskLedger(rooms: Rooms): Ledger {
  const { root } = rooms.store;
  // The owners are read later than the files: whatever is being made had its lease before it had a file.
  const parts = measureDisk(root, { depth: DEPTH, first: "layers" });
  const owners = readOwners(rooms);
  const entries = new Map<string, LedgerEntry>();
  for (const { path, bytes } of parts) {
    const owned = ownerOf(path, owners);
    const key = `${owned.kind} ${owned.path}`;
    entries.set(key, { ...owned, bytes: (entries.get(key)?.bytes ?? 0) + bytes });
  }
  const present = [...entries.values()].filter(({ kind, path }) => kind !== "unowned" || exists(root, path));
  return toLedger(root, present.sort(byKindAndPath));
}

/** The ledger after its engine was closed, which leaves fewer files of the database. */
export function withClosedDatabase({ root, entries }: Ledger): Ledger {
  const measured = entries.flatMap((entry) => {
    if (entry.kind !== "database") return [entry];
    const stat = lstatSync(join(root, entry.path), { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ ...entry, bytes: stat.blocks * 512 }];
  });
  return toLedger(root, measured);
}

function toLedger(root: string, entries: readonly LedgerEntry[]): Ledger {
  return { root, total: entries.reduce((sum, { bytes }) => sum + bytes, 0), entries };
}

function ownerOf(path: string, { shelves, isUnderway }: Owners): Omit<LedgerEntry, "bytes"> {
  const names = path.split("/");
  const [first = "", name = "", third = ""] = names;
  const shelf = Object.hasOwn(shelves, first) ? shelves[first] : undefined;
  if (shelf === undefined) return { ...rootOwner(first), path: first };
  if (names.length < shelf.depth) return { kind: "engine", name: path, users: [], path };
  const thing = names.slice(0, shelf.depth).join("/");
  const owner = shelf.ownerOf(thing.slice(first.length + 1));
  if (owner?.kind === "container" && first === "containers" && LOG.test(third)) {
    return { kind: "log", name, users: [], path };
  }
  const kind = isUnderway(thing) ? "in the making" : "unowned";
  return { ...(owner ?? { kind, name: thing, users: [] }), path: thing };
}

const DATABASE = /^(?:changed|strake\.db(?:-wal|-shm|-journal)?)$/;

/** The owner of what lies in the root itself. */
function rootOwner(name: string): Owner {
  const owned = (kind: LedgerKind): Owner => ({ kind, name, users: [] });
  if (name === "" || name === "runtimes.json") return owned("engine");
  if (name === "reserve") return owned("reserve");
  return owned(DATABASE.test(name) ? "database" : "unowned");
}

function byKindAndPath(a: LedgerEntry, b: LedgerEntry): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.path < b.path ? -1 : 1);
}

/** False for what was removed while the owners were read. */
function exists(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}
