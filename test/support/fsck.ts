import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { everyCgroupFolder } from "../../src/host/index.ts";
import { deadLeases, openStore, type Store } from "../../src/store/index.ts";
import type { TempRoot } from "./temp-root.ts";

/**
 * What is wrong with a store on which nobody works: files without a record, records without their files, layers
 * that nothing needs, mounts, namespaces and cgroups without a container. Reads only; a whole store gives nothing.
 */
export function fsck({ STRAKE_ROOT = "", STRAKE_RUN = "" }: TempRoot["env"]): string[] {
  const store = openStore(STRAKE_ROOT, STRAKE_RUN);
  try {
    return [
      ...leases(store),
      ...layers(store),
      ...images(store),
      ...containers(store),
      ...blobs(store),
      ...volumes(store),
      ...sources(store),
      ...strays(store),
    ];
  } finally {
    store.close();
  }
}

function leases(store: Store): string[] {
  return deadLeases(store).map(({ kind, path }) => `dead lease: ${kind} ${path}`);
}

function layers(store: Store): string[] {
  const rows = texts(store, "SELECT id AS text FROM layers");
  const leased = texts(store, "SELECT path AS text FROM leases WHERE kind = 'layer'").map((path) =>
    basename(path),
  );
  const folders = names(join(store.root, "layers"));
  const orphans = texts(
    store,
    `SELECT chain_id AS text FROM layers AS one WHERE NOT EXISTS (SELECT 1 FROM images WHERE top = one.chain_id)
       AND NOT EXISTS (SELECT 1 FROM layers WHERE parent = one.chain_id)
       AND NOT EXISTS (SELECT 1 FROM snapshots WHERE parent = one.chain_id)
       AND NOT EXISTS (SELECT 1 FROM build_cache WHERE chain_id = one.chain_id)
       AND NOT EXISTS (SELECT 1 FROM leases WHERE path = one.chain_id)`,
  );
  return [
    ...without(folders, [...rows, ...leased, "init", "init-step"]).map(
      (id) => `layer folder without a record: ${id}`,
    ),
    ...without(rows, folders).map((id) => `layer without its folder: ${id}`),
    ...orphans.map((chain) => `layer that nothing needs: ${chain}`),
  ];
}

function images(store: Store): string[] {
  return [
    ...texts(
      store,
      "SELECT id AS text FROM images WHERE top IS NOT NULL AND top NOT IN (SELECT chain_id FROM layers)",
    ).map((id) => `image without its layers: ${id}`),
    ...store
      .rows<{ name: string }>("SELECT name FROM refs WHERE image NOT IN (SELECT id FROM images)")
      .map(({ name }) => `name without an image: ${name}`),
  ];
}

function containers(store: Store): string[] {
  const rows = store.rows<{ id: string; status: string }>("SELECT id, status FROM containers");
  const ids = rows.map(({ id }) => id);
  const up = rows
    .filter(({ status }) => ["running", "paused", "restarting"].includes(status))
    .map(({ id }) => id);
  const folders = names(join(store.root, "containers"));
  const snapshots = texts(store, "SELECT key AS text FROM snapshots").map((key) => key.slice(0, 64));
  const down = without([...ids, ...texts(store, "SELECT DISTINCT actor AS text FROM events")], up).filter(
    (id) => /^[0-9a-f]{64}$/.test(id),
  );
  return [
    ...rows
      .filter(({ status }) => status === "removing" || status === "dead")
      .map(({ id, status }) => `container ${status}: ${id}`),
    ...without(folders, ids).map((id) => `container folder without a record: ${id}`),
    ...without(ids, folders).map((id) => `container without its folder: ${id}`),
    ...without(snapshots, ids).map((id) => `snapshot without a container: ${id}`),
    ...without(ids, snapshots).map((id) => `container without its snapshot: ${id}`),
    ...["containers", "netns", "runtime"].flatMap((folder) =>
      without(names(join(store.run, folder)), up).map((id) => `${folder} of what does not run: ${id}`),
    ),
    ...without(names(join(store.run, "exits")), ids).map((id) => `exit code of no container: ${id}`),
    ...mounts(store).filter((target) => !up.some((id) => target.includes(id))),
    ...down
      .flatMap((id) => [...everyCgroupFolder(`/strake/${id}`)])
      .filter((path) => existsSync(path))
      .map((path) => `cgroup: ${path}`),
  ];
}

function mounts(store: Store): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((target) => target.startsWith(`${store.run}/`) || target.startsWith(`${store.root}/`))
    .map((target) => `mount: ${target}`);
}

function blobs(store: Store): string[] {
  const folder = join(store.root, "blobs", "sha256");
  const files = names(folder);
  const rows = store.rows<{ digest: string; size: number }>("SELECT digest, size FROM blobs");
  const known = rows.map(({ digest }) => digest.slice("sha256:".length));
  return [
    ...without(files, known).map((name) => `blob without a record: ${name}`),
    ...without(known, files).map((name) => `blob without its file: ${name}`),
    ...rows
      .filter(
        ({ digest, size }) =>
          lstatSync(join(folder, digest.slice(7)), { throwIfNoEntry: false })?.size !== size,
      )
      .map(({ digest }) => `blob of another size: ${digest}`),
  ];
}

function volumes(store: Store): string[] {
  const rows = texts(store, "SELECT name AS text FROM volumes");
  const folders = names(join(store.root, "volumes"));
  return [
    ...without(folders, rows).map((name) => `volume folder without a record: ${name}`),
    ...without(rows, folders).map((name) => `volume without its folder: ${name}`),
    ...texts(
      store,
      "SELECT container AS text FROM volume_uses WHERE container NOT IN (SELECT id FROM containers)",
    ).map((id) => `volume in use by no container: ${id}`),
  ];
}

function sources(store: Store): string[] {
  const rows = texts(store, "SELECT id AS text FROM fetched_sources");
  const folders = names(join(store.root, "sources"));
  return [
    ...without(folders, rows).map((id) => `source folder without a record: ${id}`),
    ...without(rows, folders).map((id) => `source without its folder: ${id}`),
    ...without(
      names(join(store.root, "cache-mounts")),
      texts(store, "SELECT id AS text FROM cache_mounts"),
    ).map((id) => `cache mount without a record: ${id}`),
  ];
}

function strays(store: Store): string[] {
  return [
    ...names(join(store.root, "tmp")).map((name) => `temporary: ${name}`),
    ...store
      .rows<{ container: string }>("SELECT container FROM endpoints UNION SELECT container FROM published")
      .map(({ container }) => container)
      .filter((id) => store.row("SELECT 1 FROM containers WHERE id = ?", id) === undefined)
      .map((id) => `address of no container: ${id}`),
  ];
}

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function texts(store: Store, sql: string): string[] {
  return store.rows<{ text: string }>(sql).map(({ text }) => text);
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const set = new Set(known);
  return all.filter((each) => !set.has(each));
}
