import {
  AT_FDCWD,
  closeFd,
  type DirectoryEntry,
  type FileStat,
  readDir,
  statAtIfExists,
} from "../host/index.ts";
import { fromBytes, joinPath, toBytePath } from "./byte-names.ts";
import { isFolderMode, openFolder, withFolder } from "./tree-walk.ts";

/** Bytes that the disk gives to what is at one path. */
export interface DiskPart {
  /** Below the measured folder, which itself has the empty path. */
  readonly path: string;
  readonly bytes: number;
}

/** How {@link measureDisk} divides. */
export interface DiskDivision {
  /** Paths of this many names are told apart; what is deeper counts for the path above it. */
  readonly depth: number;
  /** Name in the folder that is walked before all others. */
  readonly first: string;
}

const BLOCK = 512;

/**
 * Allocated bytes below a folder and of itself, as `du` counts them: blocks, not lengths, and a file with several
 * names once, for the first of them in the order of the walk (by name in each folder). Follows no symbolic link.
 */
export function measureDisk(folder: string, { depth, first }: DiskDivision): DiskPart[] {
  const bytes = new Map<string, number>();
  const counted = new Set<string>();
  const order = (a: string, b: string) => Number(b === first) - Number(a === first) || (a < b ? -1 : 1);
  walkDisk(folder, { depth, order }, (path, stat) => {
    const part = bytes.get(path) ?? 0;
    bytes.set(path, isRepeated(stat, counted) ? part : part + stat.blocks * BLOCK);
  });
  return [...bytes].map(([path, size]) => ({ path, bytes: size }));
}

/** Allocated bytes that the disk gets back when all of the paths are removed: a file with a name elsewhere stays. */
export function freedBytes(paths: readonly string[]): number {
  const linked = new Map<string, { left: number; readonly bytes: number }>();
  let freed = 0;
  for (const path of paths) {
    walkDisk(path, { depth: 0 }, (_path, stat) => {
      const bytes = stat.blocks * BLOCK;
      if (stat.nlink === 1 || isFolderMode(stat.mode)) freed += bytes;
      else {
        const file = linked.get(inodeOf(stat)) ?? { left: stat.nlink, bytes };
        file.left--;
        linked.set(inodeOf(stat), file);
      }
    });
  }
  for (const { left, bytes } of linked.values()) if (left <= 0) freed += bytes;
  return freed;
}

function isRepeated(stat: FileStat, counted: Set<string>): boolean {
  if (stat.nlink === 1 || isFolderMode(stat.mode)) return false;
  if (counted.has(inodeOf(stat))) return true;
  counted.add(inodeOf(stat));
  return false;
}

function inodeOf({ dev, ino }: FileStat): string {
  return `${dev}:${ino}`;
}

interface Folder {
  readonly fd: number;
  readonly path: string;
  readonly depth: number;
  /** Still to visit, the next one last. */
  readonly names: string[];
}

/** Without a bound on the depth, as a container can nest folders deeper than a layer may; what vanishes is passed over. */
function walkDisk(
  root: string,
  options: { readonly depth: number; readonly order?: (a: string, b: string) => number },
  visit: (path: string, stat: FileStat) => void,
): void {
  const byName = (a: string, b: string) => (a < b ? -1 : 1);
  const list = (fd: number, depth: number): string[] =>
    readDir(fd)
      .map(({ name }: DirectoryEntry) => fromBytes(name))
      .sort(depth === 0 ? (options.order ?? byName) : byName)
      .reverse();
  const own = statAtIfExists(AT_FDCWD, root);
  if (own === undefined) return;
  visit("", own);
  if (!isFolderMode(own.mode)) return;
  withFolder(root, (rootFd) => {
    const open: Folder[] = [{ fd: rootFd, path: "", depth: 0, names: list(rootFd, 0) }];
    try {
      for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
        const name = folder.names.pop();
        if (name === undefined) {
          open.pop();
          if (folder.fd !== rootFd) closeFd(folder.fd);
          continue;
        }
        const stat = statAtIfExists(folder.fd, toBytePath(name));
        if (stat === undefined) continue;
        const path = folder.depth < options.depth ? joinPath(folder.path, name) : folder.path;
        visit(path, stat);
        const fd = isFolderMode(stat.mode) ? openFolder(folder.fd, toBytePath(name)) : undefined;
        if (fd !== undefined)
          open.push({ fd, path, depth: folder.depth + 1, names: list(fd, folder.depth + 1) });
      }
    } finally {
      for (const { fd } of open) if (fd !== rootFd) closeFd(fd);
    }
  });
}
