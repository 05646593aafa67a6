import type { ByteString } from "../../archive/index.ts";
import {
  compareNames,
  joinPath,
  type LayerPlan,
  type PlannedEntry,
  type UnionFolder,
} from "../../snapshot/index.ts";
import type { Destination, DestinationFolder, DestinationLeaf } from "./destination.ts";

/** How a destination becomes a layer. */
export interface PlanOptions {
  /** Attributes of the layer's root. */
  readonly root: LayerPlan["root"];
  /** No time is later than this, in seconds since the epoch. */
  readonly latest?: number | undefined;
  /** Time of new folders with nothing in them. */
  readonly now: number;
}

/**
 * The layer that holds what a step writes, and the folders above it as they are below. A folder that the step made,
 * or only put something into, has the time of the newest thing in it: the same files always give the same layer.
 */
export function planLayer(destination: Destination, { root, latest, now }: PlanOptions): LayerPlan {
  const plan = new Planner({ latest: latest ?? Number.MAX_SAFE_INTEGER, now });
  plan.addChildren("", destination.root);
  return { entries: plan.entries, folders: [...plan.folders.keys()], root };
}

/** Attributes that the root of a layer must have so that the stack's root stays as it is. */
export function rootAttributes(below: UnionFolder): LayerPlan["root"] {
  const { mode, uid, gid } = below.attributes() ?? { mode: 0o755, uid: 0, gid: 0 };
  return { mode: mode & 0o7777, uid, gid };
}

class Planner {
  readonly entries: PlannedEntry[] = [];
  readonly folders = new Map<string, number>();
  readonly #firstNames = new Map<string, ByteString>();
  readonly #times: { readonly latest: number; readonly now: number };

  constructor(times: { readonly latest: number; readonly now: number }) {
    this.#times = times;
  }

  /** Adds what is written in a folder; the newest time of it, undefined when there is nothing. */
  addChildren(path: ByteString, folder: DestinationFolder): number | undefined {
    let newest: number | undefined;
    const names = [...folder.children.keys()].sort(compareNames);
    for (const name of names) {
      const item = folder.children.get(name);
      if (item === undefined || "isBelow" in item) continue;
      const at = joinPath(path, name);
      const time = item.kind === "directory" ? this.#addFolder(at, item) : this.#addLeaf(at, item);
      if (time !== undefined && (newest === undefined || time > newest)) newest = time;
    }
    return newest;
  }

  #addFolder(path: ByteString, folder: DestinationFolder): number | undefined {
    const place = this.entries.length;
    const { mode, uid, gid, xattrs } = folder.attributes;
    const entry = { path, kind: "directory", mode, uid, gid, mtime: 0, ...withXattrs(xattrs) } as const;
    this.entries.push(entry);
    const newest = this.addChildren(path, folder);
    if (newest === undefined && !folder.written) {
      this.entries.length = place;
      return undefined;
    }
    const mtime = this.#bound(folder.attributes.mtime ?? newest ?? this.#times.now);
    this.entries[place] = { ...entry, mtime };
    return mtime;
  }

  #addLeaf(path: ByteString, leaf: DestinationLeaf): number {
    const { kind, attributes, source } = leaf;
    const { mode, uid, gid } = attributes;
    const mtime = this.#bound(attributes.mtime);
    const base = { path, mode, uid, gid, mtime };
    const first = leaf.sameAs === undefined ? undefined : this.#firstNames.get(leaf.sameAs);
    if (first !== undefined) {
      this.entries.push({ ...base, kind: "hardlink", link: first });
      return mtime;
    }
    if (leaf.sameAs !== undefined) this.#firstNames.set(leaf.sameAs, path);
    if (kind === "file") this.entries.push({ ...base, kind, ...this.#contentOf(path, leaf) });
    else if (kind === "symlink") this.entries.push({ ...base, kind, link: leaf.link });
    else this.entries.push({ ...base, kind, device: source.device });
    return mtime;
  }

  #contentOf(path: ByteString, { attributes, source, own }: DestinationLeaf): Partial<PlannedEntry> {
    const xattrs = withXattrs(attributes.xattrs);
    if (source.kind === "socket") return xattrs;
    let folder = this.folders.get(source.folder);
    if (folder === undefined) {
      folder = this.folders.size;
      this.folders.set(source.folder, folder);
    }
    const isInLayer = source.state === "";
    const share = own ? "own" : isInLayer && source.path === path ? "equal" : undefined;
    const content = { folder, path: source.path, digest: source.digest };
    return { ...xattrs, size: source.size, content: share === undefined ? content : { ...content, share } };
  }

  #bound(time: number): number {
    return Math.min(time, this.#times.latest);
  }
}

function withXattrs(xattrs: PlannedEntry["xattrs"] & object): Pick<PlannedEntry, "xattrs"> {
  return xattrs.length === 0 ? {} : { xattrs };
}
