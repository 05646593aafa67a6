import type { ByteString } from "../archive/index.ts";
import { AT_FDCWD, closeFd, type FileStat, statAtIfExists } from "../host/index.ts";
import { compareNames, toBytePath } from "./byte-names.ts";
import { isFolderMode, openFolder, sortedNames } from "./tree-walk.ts";
import { isOpaque, isWhiteoutNode } from "./whiteout.ts";

/** One object seen through a stack of layers. */
export interface UnionEntry {
  readonly stat: FileStat;
  /** Absolute path of the topmost object of that name. */
  readonly at: ByteString;
  /** For a folder: what it shows; undefined for anything else. */
  readonly folder: UnionFolder | undefined;
}

/**
 * One folder of a stack of layers as overlayfs would show it, without mounting anything. Only for
 * folders that nobody changes: they are reached by path, though never through a symbolic link.
 */
export class UnionFolder {
  readonly #folders: readonly ByteString[];

  /** `folders` are absolute paths, the top one first. */
  constructor(folders: readonly ByteString[]) {
    this.#folders = folders;
  }

  /** Attributes of the folder itself; undefined for what shows nothing. */
  attributes(): FileStat | undefined {
    const [top] = this.#folders;
    return top === undefined ? undefined : statAtIfExists(AT_FDCWD, toBytePath(top));
  }

  lookup(name: ByteString): UnionEntry | undefined {
    const merged: ByteString[] = [];
    let top: FileStat | undefined;
    for (const folder of this.#folders) {
      const at = `${folder}/${name}`;
      const stat = statAtIfExists(AT_FDCWD, toBytePath(at));
      if (stat === undefined) continue;
      if (isWhiteoutNode(stat)) break;
      if (!isFolderMode(stat.mode)) {
        if (top === undefined) return { stat, at, folder: undefined };
        break;
      }
      top ??= stat;
      merged.push(at);
      if (isOpaque(toBytePath(at))) break;
    }
    const [at] = merged;
    if (top === undefined || at === undefined) return undefined;
    return { stat: top, at, folder: new UnionFolder(merged) };
  }

  /** Follows a path of plain folders; undefined when it does not exist, or a symbolic link is on the way. */
  find(path: ByteString): UnionEntry | undefined {
    let folder: UnionFolder | undefined = this;
    let entry: UnionEntry | undefined;
    for (const name of path.split("/")) {
      entry = folder?.lookup(name);
      if (entry === undefined) return undefined;
      folder = entry.folder;
    }
    return entry;
  }

  /** Every name that shows, sorted by bytes. */
  names(): ByteString[] {
    const [first, ...rest] = this.#folders;
    if (first === undefined) return [];
    const names = new Set(namesIn(first));
    for (const folder of rest) for (const name of namesIn(folder)) names.add(name);
    return [...names].filter((name) => this.lookup(name) !== undefined).sort(compareNames);
  }
}

function namesIn(folder: ByteString): ByteString[] {
  const fd = openFolder(AT_FDCWD, toBytePath(folder));
  if (fd === undefined) return [];
  try {
    return sortedNames(fd);
  } finally {
    closeFd(fd);
  }
}
