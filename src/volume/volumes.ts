import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EngineError, newId } from "../base/index.ts";
import { deadLeases, endLease, type Lease, recordEvent, type Store, takeLease } from "../store/index.ts";

/** A folder that outlives containers. */
export interface Volume {
  readonly name: string;
  /** RFC 3339, whole seconds. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Its name was made up; `rm -v` and `--rm` remove it with its container. */
  readonly anonymous: boolean;
  /** Absolute path of its `_data` folder on this host. */
  readonly path: string;
}

/** What a new volume is to be. */
export interface VolumeRequest {
  /** A 64-character name is made up when there is none. */
  readonly name?: string;
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
  /** The container to tie it to before anybody else can remove it, as {@link Volumes.use} does. */
  readonly container?: string;
}

/** The volumes of one store; the driver is `local`. */
export interface Volumes {
  /** Makes the volume, or returns the one that has this name. Throws `invalidArgument` for a bad name or driver. */
  create(request: VolumeRequest): Volume;
  /** Throws `notFound`. */
  get(name: string): Volume;
  list(): Volume[];
  /** Containers that use a volume; they keep it from being removed. */
  usedBy(name: string): string[];
  /** Ties a volume to a container until {@link Volumes.release}. */
  use(name: string, container: string): void;
  /**
   * Unties all volumes of a container; with `removeAnonymous` those that nobody else uses vanish. Call the
   * returned function after the transaction that this was part of: it removes their files.
   */
  release(container: string, options: { readonly removeAnonymous: boolean }): () => void;
  /** Throws `notFound` or, while a container uses it, `conflict`. */
  remove(name: string): void;
  /** Ends what processes that died were making or removing. */
  repair(): void;
}

/** Kind of the leases on volumes that are being made or removed; the path is the name. */
const LEASE = "volume";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const ANONYMOUS = "com.docker.volume.anonymous";

/** Opens the volumes of `store`. */
export function openVolumes(store: Store): Volumes {
  const folder = join(store.root, "volumes");
  const find = (name: string): Volume | undefined => {
    const row = store.row<{ record: string }>("SELECT record FROM volumes WHERE name = ?", name);
    return row === undefined ? undefined : (JSON.parse(row.record) as Volume);
  };
  const usedBy = (name: string): string[] =>
    store
      .rows<{ container: string }>("SELECT container FROM volume_uses WHERE volume = ?", name)
      .map((row) => row.container);
  const remove = (volume: Volume): Lease =>
    store.transaction(() => {
      const users = usedBy(volume.name);
      if (users.length > 0) throw inUse(volume.name, users);
      store.change("DELETE FROM volumes WHERE name = ?", volume.name);
      recordEvent(store, {
        type: "volume",
        action: "destroy",
        actor: volume.name,
        attributes: { driver: "local" },
      });
      return takeLease(store, LEASE, volume.name);
    });
  const discard = (removed: readonly Lease[]): void => {
    for (const lease of removed) {
      discardFolder(store, folder, lease.path);
      endLease(store, lease);
    }
  };
  return {
    create: (request) => {
      checkRequest(request);
      const { name, container } = request;
      const found = store.transaction(() => {
        const known = name === undefined ? undefined : find(name);
        if (known !== undefined && container !== undefined) tie(store, known.name, container);
        return known;
      });
      return found ?? createVolume(store, folder, request);
    },
    get: (name) => {
      const found = find(name);
      if (found === undefined) throw new EngineError("notFound", `get ${name}: no such volume`);
      return found;
    },
    list: () =>
      store
        .rows<{ record: string }>("SELECT record FROM volumes ORDER BY name")
        .map((row) => JSON.parse(row.record) as Volume),
    usedBy,
    use: (name, container) => tie(store, name, container),
    release: (container, { removeAnonymous }) => {
      const used = store.rows<{ volume: string }>(
        "SELECT volume FROM volume_uses WHERE container = ?",
        container,
      );
      store.change("DELETE FROM volume_uses WHERE container = ?", container);
      const removed: Lease[] = [];
      for (const { volume } of removeAnonymous ? used : []) {
        const found = find(volume);
        if (found?.anonymous && usedBy(volume).length === 0) removed.push(remove(found));
      }
      return () => discard(removed);
    },
    remove: (name) => {
      const found = find(name);
      if (found === undefined) throw new EngineError("notFound", `get ${name}: no such volume`);
      discard([remove(found)]);
    },
    repair: () => discard(deadLeases(store, LEASE)),
  };
}

function tie(store: Store, volume: string, container: string): void {
  store.change("INSERT OR IGNORE INTO volume_uses(volume, container) VALUES (?,?)", volume, container);
}

function inUse(name: string, users: readonly string[]): EngineError {
  return new EngineError("conflict", `remove ${name}: volume is in use - [${users.join(", ")}]`);
}

function checkRequest({ name, driver, options = {} }: VolumeRequest): void {
  if (driver !== undefined && driver !== "" && driver !== "local") {
    throw new EngineError(
      "notFound",
      `error looking up volume plugin ${driver}: plugin "${driver}" not found`,
    );
  }
  const [option] = Object.keys(options);
  if (option !== undefined) throw new EngineError("invalidArgument", `invalid option: "${option}"`);
  if (name === undefined || NAME.test(name)) return;
  if (name.length < 2) {
    throw new EngineError(
      "invalidArgument",
      "volume name is too short, names should be at least two alphanumeric characters",
    );
  }
  throw new EngineError(
    "invalidArgument",
    `"${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
  );
}

function createVolume(store: Store, folder: string, request: VolumeRequest): Volume {
  const anonymous = request.name === undefined;
  const name = request.name ?? newId();
  const path = join(folder, name, "_data");
  const volume: Volume = {
    name,
    created: `${new Date().toISOString().slice(0, 19)}Z`,
    labels: { ...request.labels, ...(anonymous ? { [ANONYMOUS]: "" } : {}) },
    options: request.options ?? {},
    anonymous,
    path,
  };
  const lease = takeLease(store, LEASE, name);
  store.transaction(() => {
    // In the transaction: the end of a removal must not take the folder for the old volume's.
    mkdirSync(path, { recursive: true, mode: 0o755 });
    endLease(store, lease);
    store.change(
      "INSERT OR IGNORE INTO volumes(name, created, record) VALUES (?,?,?)",
      name,
      Math.floor(Date.now() / 1000),
      JSON.stringify(volume),
    );
    if (request.container !== undefined) tie(store, name, request.container);
    recordEvent(store, { type: "volume", action: "create", actor: name, attributes: { driver: "local" } });
  });
  return volume;
}

/** Removes the folder of a volume that has no record; what was cut off before goes along. */
function discardFolder(store: Store, folder: string, name: string): void {
  // Not the name itself, which may be as long as a name can be.
  const trash = join(folder, `.removed-${Bun.hash(name).toString(36)}`);
  store.transaction(() => {
    if (store.row("SELECT 1 FROM volumes WHERE name = ?", name) !== undefined) return;
    // Two that are being removed must not meet in one folder.
    rmSync(trash, { recursive: true, force: true });
    if (existsSync(join(folder, name))) renameSync(join(folder, name), trash);
  });
  rmSync(trash, { recursive: true, force: true });
}

/** True when the volume's folder holds nothing. */
export function isEmptyVolume(volume: Volume): boolean {
  return readdirSync(volume.path).length === 0;
}
