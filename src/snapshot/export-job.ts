import type { ByteString } from "../archive/index.ts";
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  closeFd,
  copyFileRange,
  fchmod,
  fchmodAt,
  fchown,
  fchownAt,
  ficlone,
  isErrno,
  linkAt,
  makedev,
  mkdirAt,
  mknodAt,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  openAt,
  openIn,
  readFd,
  readlinkAt,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  statAtIfExists,
  symlinkAt,
  umask,
  unlinkAt,
  utimensAt,
  writeAllFd,
} from "../host/index.ts";
import { hostPath, joinPath, toBytePath } from "./byte-names.ts";
import { parentPath } from "./entry-path.ts";
import { explainFullDisk } from "./errors.ts";
import { readXattrs, setTimes, setXattrs } from "./file-attributes.ts";
import { removeTree } from "./remove-tree.ts";
import { isFolderMode, sortedNames, withFolder } from "./tree-walk.ts";
import { type UnionEntry, UnionFolder } from "./union-folder.ts";

/** Write what a stack of layers shows into a folder of the user's, over what is there. */
export interface ExportJob {
  readonly job: "export";
  /** Absolute paths, top first. */
  readonly lower: readonly string[];
  /** An existing folder. */
  readonly target: string;
  /** Owns everything; the files' own owners if not given. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Removes what the stack does not show. */
  readonly clean: boolean;
}

/** What was written. */
export interface ExportReport {
  /** Of the files. */
  readonly bytes: number;
}

interface Exporting extends Pick<ExportJob, "owner" | "clean"> {
  readonly rootFd: number;
  /** Where each file with several names was written first. */
  readonly written: Map<bigint, ByteString>;
  readonly chunk: Uint8Array;
  bytes: number;
}

/** Does the job. Nothing is written through a symbolic link: one that is in the way is replaced. */
export function runExportJob(job: ExportJob): ExportReport {
  umask(0);
  try {
    return withFolder(toBytePath(`${hostPath(job.target)}/.`), (rootFd) => {
      const exporting: Exporting = {
        ...job,
        rootFd,
        written: new Map(),
        chunk: new Uint8Array(1 << 20),
        bytes: 0,
      };
      exportFolder(exporting, new UnionFolder(job.lower.map(hostPath)), { fd: rootFd, path: "" });
      return { bytes: exporting.bytes };
    });
  } catch (error) {
    throw explainFullDisk(job.target, error);
  }
}

interface Place {
  readonly fd: number;
  readonly path: ByteString;
}

function exportFolder(exporting: Exporting, folder: UnionFolder, place: Place): void {
  const names = folder.names();
  if (exporting.clean) {
    const wanted = new Set(names);
    for (const name of sortedNames(place.fd)) if (!wanted.has(name)) clear(place.fd, name);
  }
  for (const name of names) {
    const entry = folder.lookup(name);
    if (entry !== undefined) exportEntry(exporting, { ...entry, name }, place);
  }
}

type Named = UnionEntry & { readonly name: ByteString };

function exportEntry(exporting: Exporting, entry: Named, place: Place): void {
  const { stat, name, folder } = entry;
  const there = statAtIfExists(place.fd, toBytePath(name));
  const merges = folder !== undefined && there !== undefined && isFolderMode(there.mode);
  if (there !== undefined && !merges) clear(place.fd, name);
  if (folder !== undefined) {
    if (!merges) mkdirAt(place.fd, toBytePath(name), 0o700);
    exportInto(exporting, { ...entry, folder }, place);
    return;
  }
  const kind = stat.mode & S_IFMT;
  if (kind === S_IFREG) exportFile(exporting, entry, place);
  else if (kind !== S_IFSOCK) exportNode(exporting, entry, place);
}

function exportInto(
  exporting: Exporting,
  entry: Named & { readonly folder: UnionFolder },
  place: Place,
): void {
  const fd = openAt(place.fd, toBytePath(entry.name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    exportFolder(exporting, entry.folder, { fd, path: joinPath(place.path, entry.name) });
    describe(exporting, entry, fd);
  } finally {
    closeFd(fd);
  }
}

function exportFile(exporting: Exporting, entry: Named, place: Place): void {
  const { stat, name } = entry;
  if (stat.nlink > 1) {
    const first = exporting.written.get(stat.ino);
    if (first !== undefined) {
      linkTo(exporting, first, { fd: place.fd, path: name });
      return;
    }
    exporting.written.set(stat.ino, joinPath(place.path, name));
  }
  const input = openAt(AT_FDCWD, toBytePath(entry.at), O_RDONLY | O_NOFOLLOW);
  try {
    const output = openAt(place.fd, toBytePath(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      copyContent(exporting, { input, output, size: stat.size });
      describe(exporting, entry, output);
    } finally {
      closeFd(output);
    }
  } finally {
    closeFd(input);
  }
  exporting.bytes += stat.size;
}

function linkTo({ rootFd }: Exporting, first: ByteString, at: Place): void {
  const parent = openIn(rootFd, `/${parentPath(first)}`, O_PATH | O_DIRECTORY);
  try {
    const name = first.slice(first.lastIndexOf("/") + 1);
    linkAt(parent, toBytePath(name), at.fd, toBytePath(at.path));
  } finally {
    closeFd(parent);
  }
}

interface Content {
  readonly input: number;
  readonly output: number;
  readonly size: number;
}

function copyContent({ chunk }: Exporting, { input, output, size }: Content): void {
  if (size === 0 || ficlone(input, output)) return;
  let left = size;
  try {
    while (left > 0) {
      const count = copyFileRange(input, output, left);
      if (count === 0) return;
      left -= count;
    }
    return;
  } catch (error) {
    if (!isErrno(error, "EXDEV", "EINVAL", "ENOTSUP", "ENOSYS")) throw error;
  }
  for (let count = readFd(input, chunk); count > 0; count = readFd(input, chunk)) {
    writeAllFd(output, chunk.subarray(0, count));
  }
}

function describe({ owner }: Exporting, { stat, at }: Named, fd: number): void {
  fchown(fd, owner?.uid ?? stat.uid, owner?.gid ?? stat.gid);
  fchmod(fd, stat.mode & 0o7777);
  setXattrs(fd, readXattrs(toBytePath(at)));
  setTimes(fd, stat.mtimeSec, stat.mtimeNsec);
}

function exportNode({ owner }: Exporting, { stat, at, name }: Named, { fd }: Place): void {
  const to = toBytePath(name);
  const link = (stat.mode & S_IFMT) === S_IFLNK;
  if (link) symlinkAt(readlinkAt(AT_FDCWD, toBytePath(at)), fd, to);
  else mknodAt(fd, to, stat.mode & S_IFMT, makedev(stat.rdevMajor, stat.rdevMinor));
  fchownAt(fd, to, owner?.uid ?? stat.uid, owner?.gid ?? stat.gid, AT_SYMLINK_NOFOLLOW);
  if (!link) fchmodAt(fd, to, stat.mode & 0o7777);
  const time = BigInt(stat.mtimeSec) * 1_000_000_000n + BigInt(stat.mtimeNsec);
  utimensAt(fd, to, { atimeNs: time, mtimeNs: time }, AT_SYMLINK_NOFOLLOW);
}

function clear(fd: number, name: ByteString): void {
  const stat = statAtIfExists(fd, toBytePath(name));
  if (stat === undefined) return;
  if (isFolderMode(stat.mode)) removeTree(fd, toBytePath(name));
  else unlinkAt(fd, toBytePath(name));
}
