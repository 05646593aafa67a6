import { EngineError } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import type { ContainerRecord } from "./record.ts";

interface Row {
  readonly record: string;
}

/** The record of a container by its exact ID. */
export function findById(store: Store, id: string): ContainerRecord | undefined {
  return toRecord(store.row<Row>("SELECT record FROM containers WHERE id = ?", id));
}

/**
 * Finds a container by full ID, name (with or without `/`) or unique ID prefix, in this order.
 * Throws `notFound` or, for an ambiguous prefix, `invalidArgument`.
 */
export function findContainer(store: Store, name: string): ContainerRecord {
  const exact = findById(store, name) ?? findByName(store, name);
  if (exact !== undefined) return exact;
  if (/^[0-9a-f]{1,63}$/.test(name)) {
    const rows = store.rows<Row>(
      "SELECT record FROM containers WHERE id >= ? AND id < ? LIMIT 2",
      name,
      `${name}g`,
    );
    if (rows.length > 1) {
      throw new EngineError("invalidArgument", `multiple IDs found with provided prefix: ${name}`);
    }
    const found = toRecord(rows[0]);
    if (found !== undefined) return found;
  }
  throw new EngineError("notFound", `No such container: ${name}`);
}

function findByName(store: Store, name: string): ContainerRecord | undefined {
  const bare = name.startsWith("/") ? name.slice(1) : name;
  return toRecord(store.row<Row>("SELECT record FROM containers WHERE name = ?", bare));
}

/** All containers, newest first. */
export function listContainers(store: Store): ContainerRecord[] {
  return store
    .rows<Row>("SELECT record FROM containers ORDER BY created DESC, id DESC")
    .map((row) => JSON.parse(row.record) as ContainerRecord);
}

/** Containers made from an image. */
export function containersOfImage(store: Store, imageId: string): ContainerRecord[] {
  return store
    .rows<Row>("SELECT record FROM containers WHERE image = ?", imageId)
    .map((row) => JSON.parse(row.record) as ContainerRecord);
}

/** Adds a new container. Throws `conflict` with Docker's text when the name is taken. */
export function insertContainer(store: Store, record: ContainerRecord, createdNs: bigint): void {
  const holder = findByName(store, record.name);
  if (holder !== undefined) throw nameTaken(record.name, holder.id);
  store.change(
    "INSERT INTO containers(id, name, created, image, status, record) VALUES (?,?,?,?,?,?)",
    record.id,
    record.name,
    createdNs,
    record.imageId,
    record.state.status,
    JSON.stringify(record),
  );
}

/** Writes a record over the stored one. Throws `notFound` when the container was removed meanwhile. */
export function saveContainer(store: Store, record: ContainerRecord): void {
  const changed = store.change(
    "UPDATE containers SET name = ?, status = ?, record = ? WHERE id = ?",
    record.name,
    record.state.status,
    JSON.stringify(record),
    record.id,
  );
  if (changed === 0) throw new EngineError("notFound", `No such container: ${record.id}`);
}

/** True when a container has this name. */
export function isNameTaken(store: Store, name: string): boolean {
  return store.row("SELECT 1 FROM containers WHERE name = ?", name) !== undefined;
}

/** Throws `conflict` with Docker's text when a container has this name. */
export function checkNameFree(store: Store, name: string): void {
  const holder = findByName(store, name);
  if (holder !== undefined) throw nameTaken(name, holder.id);
}

/** Forgets a container. Idempotent. */
export function deleteContainer(store: Store, id: string): void {
  store.change("DELETE FROM execs WHERE container = ?", id);
  store.change("DELETE FROM containers WHERE id = ?", id);
}

function nameTaken(name: string, holder: string): EngineError {
  return new EngineError(
    "conflict",
    `Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
}

function toRecord(row: Row | undefined): ContainerRecord | undefined {
  return row === undefined ? undefined : (JSON.parse(row.record) as ContainerRecord);
}
