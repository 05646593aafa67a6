import type { ByteString, Xattr } from "../archive/index.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  type FileStat,
  isErrno,
  linkAt,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  openAt,
  openIn,
  S_IFMT,
  S_IFREG,
  statAt,
} from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { readContentDigests } from "./content-digests.ts";
import { readXattrs } from "./file-attributes.ts";
import type { StreamItem } from "./tree-stream.ts";

/** An open file of another layer that a new layer can have as its own. */
export interface SharedFile {
  readonly fd: number;
  /** Puts it at the same path below the current folder; false when it has as many names as it can have. */
  link(): boolean;
}

/**
 * Finds files of finished layers that a new layer can share instead of writing them again. Always at the same path, so
 * that no view of several layers ever shows one file under two names; and no file twice, for two names of one file
 * would be a hard link of the new layer.
 */
export class SharedFiles {
  readonly #taken = new Set<bigint>();

  /** The file at the item's path below a layer's files, when all of its attributes are those of the item. */
  find(filesFd: number, item: StreamItem): SharedFile | undefined {
    const path = toBytePath(item.path);
    const fd = openFile(filesFd, item.path);
    if (fd === undefined) return undefined;
    const stat = statAt(fd, "", AT_EMPTY_PATH);
    if (!fits(stat, item) || !sameXattrs(readXattrs(fd), item.xattrs) || this.#taken.has(stat.ino)) {
      closeFd(fd);
      return undefined;
    }
    const link = (): boolean => {
      if (!tryLink(filesFd, path)) return false;
      this.#taken.add(stat.ino);
      return true;
    };
    return { fd, link };
  }
}

/** An earlier layer and what its files hold. */
export interface EarlierLayer {
  readonly filesFd: number;
  digestOf(path: ByteString): string | undefined;
}

/** Opens a finished layer's folder for sharing; undefined when it has no digests. */
export function openEarlierLayer(folder: string): EarlierLayer | undefined {
  const digests = readContentDigests(folder);
  if (digests === undefined) return undefined;
  const filesFd = openAt(AT_FDCWD, `${folder}/fs`, O_PATH | O_DIRECTORY);
  return { filesFd, digestOf: (path) => digests.get(path) };
}

function openFile(folderFd: number, path: ByteString): number | undefined {
  try {
    return openIn(folderFd, toBytePath(path), O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "ENXIO")) return undefined;
    throw error;
  }
}

function fits(stat: FileStat, { stat: wanted }: StreamItem): boolean {
  return (
    (stat.mode & S_IFMT) === S_IFREG &&
    (stat.mode & 0o7777) === (wanted.mode & 0o7777) &&
    stat.uid === wanted.uid &&
    stat.gid === wanted.gid &&
    stat.size === wanted.size &&
    stat.mtimeSec === wanted.mtimeSec
  );
}

function sameXattrs(own: readonly Xattr[], wanted: readonly Xattr[]): boolean {
  return (
    own.length === wanted.length &&
    own.every(({ name, value }, at) => {
      const other = wanted[at];
      return other !== undefined && other.name === name && Buffer.compare(other.value, value) === 0;
    })
  );
}

function tryLink(folderFd: number, path: ReturnType<typeof toBytePath>): boolean {
  try {
    linkAt(folderFd, path, AT_FDCWD, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EMLINK", "EXDEV", "EPERM")) return false;
    throw error;
  }
}
