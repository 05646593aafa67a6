import type { ByteString, TarEntry, TarReader } from "../archive/index.ts";
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  closeFd,
  fchmod,
  fchmodAt,
  fchown,
  fchownAt,
  isErrno,
  linkAt,
  makedev,
  mkdirAt,
  mknodAt,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_WRONLY,
  openAt,
  renameAt2,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  statAt,
  statAtIfExists,
  symlinkAt,
  syncFileRange,
  unlinkAt,
} from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { cleanEntryPath, parentPath } from "./entry-path.ts";
import { badEntry, explainFailure } from "./errors.ts";
import { setTimes, setXattrs } from "./file-attributes.ts";
import { writeContent } from "./file-content.ts";
import type { Displaced, LayerFacts, UnresolvedLink } from "./layer-facts.ts";
import { isWhiteoutNode, type Marker, parseMarker, setOpaque } from "./whiteout.ts";

const MAX_ID = 0xfffffffe;
/** Files from this size on go to the disk while the rest is still being unpacked. */
const EARLY_WRITE_BACK = 1024 * 1024;

interface FolderTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/**
 * Writes the entries of one layer's tar below the current folder, which must be this process's root
 * (chroot): whatever symbolic links the layer holds, no path leads out of it.
 */
export class LayerWriter {
  /** Bytes of regular files and of the targets of symbolic links so far, which is how Docker measures a layer. */
  size = 0;
  readonly #openKept: () => number;
  readonly #implied = new Set<ByteString>([""]);
  readonly #links: UnresolvedLink[] = [];
  readonly #displaced: Displaced[] = [];
  readonly #folderTimes = new Map<ByteString, FolderTime>();
  /** New files inherit the group of a setgid folder, and masks from a default ACL. */
  #inherits = false;
  #entry = 0;

  /** `openKept` gives a folder outside of the root for what later entries of the same tar replace. */
  constructor(openKept: () => number) {
    this.#openKept = openKept;
  }

  /** Writes one entry, its content pulled from `reader`. Content that makes no file is left in the reader. */
  write(entry: TarEntry, reader: TarReader): void {
    this.#entry++;
    try {
      const path = cleanEntryPath(entry.path);
      const marker = parseMarker(path);
      if (marker.kind === "none") this.#writeEntry(path, entry, reader);
      else this.#writeMarker(marker);
    } catch (error) {
      throw explainFailure(entry.path, error);
    }
  }

  /** Sets the times of folders, once nothing is written into them any more. */
  finish(): LayerFacts {
    for (const [path, { seconds, nanoseconds }] of this.#folderTimes) {
      try {
        setTimes(pathOf(path), seconds, nanoseconds);
      } catch (error) {
        // Reached through a symbolic link that a later entry replaced.
        if (!isErrno(error, "ENOENT", "ENOTDIR")) throw explainFailure(path, error);
      }
    }
    return { implied: [...this.#implied], links: this.#links, displaced: this.#displaced };
  }

  #writeEntry(path: ByteString, entry: TarEntry, reader: TarReader): void {
    if (entry.uid > MAX_ID || entry.gid > MAX_ID) throw badEntry(entry.path, "the owner's ID is too large");
    if (path === "" && entry.kind !== "directory")
      throw badEntry(entry.path, "the root can only be a folder");
    switch (entry.kind) {
      case "directory":
        this.#writeFolder(path, entry);
        break;
      case "file":
        this.#writeFile(path, entry, reader);
        break;
      case "hardlink":
        this.#writeHardLink(path, entry);
        break;
      case "symlink":
        if (entry.linkPath === "") throw badEntry(entry.path, "the symbolic link has no target");
        this.#make(path, (at) => symlinkAt(toBytePath(entry.linkPath), AT_FDCWD, at));
        this.#setAttributes(path, entry);
        this.size += entry.linkPath.length;
        break;
      case "character":
      case "block":
      case "fifo":
        this.#make(path, (at) => mknodAt(AT_FDCWD, at, nodeMode(entry), nodeDevice(entry)));
        this.#setAttributes(path, entry);
        break;
      case "other":
        throw badEntry(entry.path, "unhandled tar header type");
    }
  }

  #writeFile(path: ByteString, entry: TarEntry, reader: TarReader): void {
    const fd = this.#make(path, (at) =>
      openAt(AT_FDCWD, at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, entry.mode & 0o777),
    );
    try {
      writeContent(fd, entry, reader);
      this.size += entry.size;
      if (this.#inherits || entry.uid !== 0 || entry.gid !== 0) fchown(fd, entry.uid, entry.gid);
      if (this.#inherits || (entry.mode & 0o7000) !== 0) fchmod(fd, entry.mode);
      if (entry.xattrs.length > 0) setXattrs(fd, entry.xattrs);
      setTimes(fd, entry.mtimeSeconds, entry.mtimeNanoseconds);
      if (entry.size >= EARLY_WRITE_BACK) syncFileRange(fd);
    } finally {
      closeFd(fd);
    }
  }

  #writeFolder(path: ByteString, entry: TarEntry): void {
    if (path !== "" && !this.#isFolder(path)) this.#makeFolder(path, entry.mode & 0o777);
    this.#implied.delete(path);
    const at = pathOf(path);
    fchownAt(AT_FDCWD, at, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW);
    fchmodAt(AT_FDCWD, at, entry.mode);
    if (entry.xattrs.length > 0) setXattrs(at, entry.xattrs);
    if ((entry.mode & 0o2000) !== 0 || entry.xattrs.length > 0) this.#inherits = true;
    this.#folderTimes.set(path, { seconds: entry.mtimeSeconds, nanoseconds: entry.mtimeNanoseconds });
  }

  #writeHardLink(path: ByteString, entry: TarEntry): void {
    const target = cleanEntryPath(entry.linkPath);
    if (target === "") throw badEntry(entry.path, "the hard link has no target");
    if (target === path) throw badEntry(entry.path, "the hard link names itself");
    const stat = statAtIfExists(AT_FDCWD, toBytePath(target));
    if (stat === undefined || isWhiteoutNode(stat)) {
      this.#make(path, (at) => closeFd(openAt(AT_FDCWD, at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0)));
      this.#links.push({ path, target });
      return;
    }
    if ((stat.mode & S_IFMT) === S_IFDIR) throw badEntry(entry.path, "hard link to a folder");
    this.#make(path, (at) => linkAt(AT_FDCWD, toBytePath(target), AT_FDCWD, at));
  }

  #writeMarker(marker: Exclude<Marker, { kind: "none" }>): void {
    if (marker.kind === "reserved") return;
    if (marker.kind === "opaque") {
      if (marker.folder !== "" && !this.#isFolder(marker.folder)) this.#makeImplied(marker.folder);
      setOpaque(pathOf(marker.folder));
      return;
    }
    // A whiteout is about the layers below: what this layer wrote stays, but no longer on top of theirs.
    const stat = statAtIfExists(AT_FDCWD, toBytePath(marker.path));
    if (stat === undefined) this.#make(marker.path, (at) => mknodAt(AT_FDCWD, at, S_IFCHR, 0));
    else if ((stat.mode & S_IFMT) === S_IFDIR) setOpaque(toBytePath(marker.path));
  }

  /** Owner, mode, attributes and times of what is neither a file nor a folder. */
  #setAttributes(path: ByteString, entry: TarEntry): void {
    const at = toBytePath(path);
    if (this.#inherits || entry.uid !== 0 || entry.gid !== 0) {
      fchownAt(AT_FDCWD, at, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW);
    }
    if (entry.kind !== "symlink") fchmodAt(AT_FDCWD, at, entry.mode);
    if (entry.xattrs.length > 0) setXattrs(at, entry.xattrs);
    setTimes(at, entry.mtimeSeconds, entry.mtimeNanoseconds);
  }

  /** Runs `make`, putting right what is in its way: something at the path, or a missing folder above. */
  #make<T>(path: ByteString, make: (at: ReturnType<typeof toBytePath>) => T): T {
    const at = toBytePath(path);
    for (let attempt = 0; ; attempt++) {
      try {
        return make(at);
      } catch (error) {
        if (attempt >= 3) throw error;
        if (isErrno(error, "EEXIST")) this.#displace(path);
        else if (isErrno(error, "ENOENT", "ENOTDIR")) this.#makeImplied(parentPath(path));
        else throw error;
      }
    }
  }

  #makeFolder(path: ByteString, mode: number): void {
    const hides = statAtIfExists(AT_FDCWD, toBytePath(path));
    this.#make(path, (at) => mkdirAt(AT_FDCWD, at, mode));
    if (hides !== undefined && isWhiteoutNode(hides)) setOpaque(toBytePath(path));
  }

  /** Makes the folders that the tar has no entry for. Symbolic links on the way are followed, inside of the root. */
  #makeImplied(path: ByteString): void {
    for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
      const folder = end < 0 ? path : path.slice(0, end);
      if (folder !== "" && !this.#isFolder(folder, 0)) {
        const stat = statAtIfExists(AT_FDCWD, toBytePath(folder));
        if (stat !== undefined && !isWhiteoutNode(stat)) throw badEntry(path, "not a directory");
        this.#makeFolder(folder, 0o755);
        this.#implied.add(folder);
      }
      if (end < 0) return;
    }
  }

  #isFolder(path: ByteString, flags = AT_SYMLINK_NOFOLLOW): boolean {
    const stat = statAtIfExists(AT_FDCWD, toBytePath(path), flags);
    return stat !== undefined && (stat.mode & S_IFMT) === S_IFDIR;
  }

  /** Takes away what an earlier entry wrote; its content is kept, because the exact tar holds it too. */
  #displace(path: ByteString): void {
    const at = toBytePath(path);
    const stat = statAt(AT_FDCWD, at);
    const type = stat.mode & S_IFMT;
    if (type !== S_IFDIR && !(type === S_IFREG && stat.size > 0)) {
      unlinkAt(AT_FDCWD, at);
      return;
    }
    const slot = this.#displaced.length;
    renameAt2(AT_FDCWD, at, this.#openKept(), String(slot));
    this.#displaced.push({ at: this.#entry, path, slot });
    if (type === S_IFDIR) this.#forget(path);
  }

  #forget(folder: ByteString): void {
    const inside = `${folder}/`;
    for (const known of [this.#implied, this.#folderTimes]) {
      for (const path of known.keys()) {
        if (path === folder || path.startsWith(inside)) known.delete(path);
      }
    }
  }
}

function nodeMode(entry: TarEntry): number {
  const type = entry.kind === "fifo" ? S_IFIFO : entry.kind === "block" ? S_IFBLK : S_IFCHR;
  return type | (entry.mode & 0o777);
}

function nodeDevice(entry: TarEntry): number {
  return entry.kind === "fifo" ? 0 : makedev(entry.deviceMajor, entry.deviceMinor);
}

function pathOf(path: ByteString): ReturnType<typeof toBytePath> {
  return path === "" ? "." : toBytePath(path);
}
