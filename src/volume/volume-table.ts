import { recordEvent, type Store } from "../store/index.ts";
import { noSuchVolume } from "./errors.ts";
import type { Volume } from "./types.ts";

interface Row {
  readonly record: string;
}

export function findVolume(store: Store, name: string): Volume | undefined {
  const row = store.row<Row>("SELECT record FROM volumes WHERE name = ?", name);
  return row === undefined ? undefined : (JSON.parse(row.record) as Volume);
}

/** Throws `notFound`. */
export function getVolume(store: Store, name: string): Volume {
  const found = findVolume(store, name);
  if (found === undefined) throw noSuchVolume(name);
  return found;
}

/** All volumes, by name. */
export function listVolumes(store: Store): Volume[] {
  return store
    .rows<Row>("SELECT record FROM volumes ORDER BY name")
    .map(({ record }) => JSON.parse(record) as Volume);
}

/** Records the volume and tells of it. */
export function insertVolume(store: Store, volume: Volume): void {
  store.change(
    "INSERT INTO volumes(name, created, record) VALUES (?,?,?)",
    volume.name,
    Math.floor(Date.now() / 1000),
    JSON.stringify(volume),
  );
  volumeEvent(store, "create", volume.name);
}

export function deleteVolume(store: Store, name: string): void {
  store.change("DELETE FROM volumes WHERE name = ?", name);
  volumeEvent(store, "destroy", name);
}

/** Containers that use the volume, running or not. */
export function usersOf(store: Store, name: string): string[] {
  return store
    .rows<{ container: string }>("SELECT container FROM volume_uses WHERE volume = ?", name)
    .map(({ container }) => container);
}

/** Names of volumes that a container uses. */
export function namesUsed(store: Store): Set<string> {
  const rows = store.rows<{ volume: string }>("SELECT DISTINCT volume FROM volume_uses");
  return new Set(rows.map(({ volume }) => volume));
}

/** Ties the volume to a container; `named`: the user chose it by its name. Throws `notFound`. */
export function tieVolume(
  store: Store,
  volume: string,
  { container, named }: { readonly container: string; readonly named: boolean },
): void {
  store.transaction(() => {
    getVolume(store, volume);
    store.change(
      `INSERT INTO volume_uses(volume, container, named) VALUES (?,?,?)
       ON CONFLICT DO UPDATE SET named = max(named, excluded.named)`,
      volume,
      container,
      named ? 1 : 0,
    );
  });
}

/** Records what happened to a volume; `name` is empty for what concerns no single one. */
export function volumeEvent(
  store: Store,
  action: string,
  name: string,
  attributes: Readonly<Record<string, string>> = { driver: "local" },
): void {
  recordEvent(store, { type: "volume", action, actor: name, attributes });
}
