import { type ByteString, type TarEntry, type TarReader, toText } from "../archive/index.ts";
import { EngineError } from "../base/index.ts";
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  type BytePath,
  closeFd,
  fchmod,
  fchmodAt,
  fchown,
  fchownAt,
  linkAt,
  makedev,
  mkdirAt,
  mknodAt,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_WRONLY,
  openAt,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  statAtIfExists,
  symlinkAt,
  unlinkAt,
} from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import type { CopyInJob } from "./copy-in-job.ts";
import { cleanEntryPath, parentPath } from "./entry-path.ts";
import { badEntry } from "./errors.ts";
import { setTimes, setXattrs } from "./file-attributes.ts";
import { writeContent } from "./file-content.ts";
import { removeTree } from "./remove-tree.ts";

/**
 * Writes the entries of a tar below the current folder of a file system that is in use, as `docker cp` does:
 * files are replaced, folders are merged. This process's root must be that file system's.
 */
export class CopyWriter {
  readonly #job: Pick<CopyInJob, "noOverwriteDirNonDir" | "owner">;
  readonly #folders = new Map<ByteString, TarEntry>();
  readonly #implied = new Set<ByteString>();

  constructor(job: Pick<CopyInJob, "noOverwriteDirNonDir" | "owner">) {
    this.#job = job;
  }

  /** Writes one entry, its content pulled from `reader`. */
  write(entry: TarEntry, reader: TarReader): void {
    const path = cleanEntryPath(entry.path);
    if (path === "") {
      if (entry.kind !== "directory") throw badEntry(entry.path, "the target is a folder");
      this.#attributes(".", entry);
      this.#folders.set(".", entry);
      return;
    }
    this.#makeParents(parentPath(path));
    const at = toBytePath(path);
    if (this.#makeRoom(path, at, entry)) this.#make(at, entry, reader);
    this.#implied.delete(path);
    if (entry.kind === "directory") this.#folders.set(path, entry);
    if (entry.kind !== "file" && entry.kind !== "hardlink") this.#attributes(at, entry);
  }

  /** Sets the times of folders, once nothing is written into them any more; the folders that no entry was about. */
  finish(): readonly ByteString[] {
    for (const [path, entry] of this.#folders) {
      setTimes(toBytePath(path), entry.mtimeSeconds, entry.mtimeNanoseconds);
    }
    return [...this.#implied];
  }

  /** Clears the way; false when a folder is there already that the entry only describes. */
  #makeRoom(path: ByteString, at: BytePath, entry: TarEntry): boolean {
    const stat = statAtIfExists(AT_FDCWD, at);
    if (stat === undefined) return true;
    const isFolder = (stat.mode & S_IFMT) === S_IFDIR;
    const wantsFolder = entry.kind === "directory";
    if (isFolder && wantsFolder) return false;
    if (isFolder !== wantsFolder && this.#job.noOverwriteDirNonDir) {
      const [old, fresh] = isFolder ? ["directory", "non-directory"] : ["non-directory", "directory"];
      throw new EngineError(
        "invalidArgument",
        `cannot overwrite ${old} "/${toText(path)}" with ${fresh} "/${toText(path)}"`,
      );
    }
    if (isFolder) removeTree(AT_FDCWD, at);
    else unlinkAt(AT_FDCWD, at);
    return true;
  }

  #make(at: BytePath, entry: TarEntry, reader: TarReader): void {
    switch (entry.kind) {
      case "directory":
        mkdirAt(AT_FDCWD, at, 0o700);
        return;
      case "file":
        this.#writeFile(at, entry, reader);
        return;
      case "hardlink":
        linkAt(AT_FDCWD, toBytePath(cleanEntryPath(entry.linkPath)), AT_FDCWD, at);
        return;
      case "symlink":
        symlinkAt(toBytePath(entry.linkPath), AT_FDCWD, at);
        return;
      case "fifo":
        mknodAt(AT_FDCWD, at, S_IFIFO | 0o600, 0);
        return;
      case "character":
      case "block":
        mknodAt(
          AT_FDCWD,
          at,
          (entry.kind === "block" ? S_IFBLK : S_IFCHR) | 0o600,
          makedev(entry.deviceMajor, entry.deviceMinor),
        );
        return;
      case "other":
        throw badEntry(entry.path, "unhandled tar header type");
    }
  }

  #writeFile(at: BytePath, entry: TarEntry, reader: TarReader): void {
    const fd = openAt(AT_FDCWD, at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeContent(fd, entry, reader);
      const { uid, gid } = this.#job.owner ?? entry;
      fchown(fd, uid, gid);
      fchmod(fd, entry.mode);
      setXattrs(fd, entry.xattrs);
      setTimes(fd, entry.mtimeSeconds, entry.mtimeNanoseconds);
    } finally {
      closeFd(fd);
    }
  }

  #attributes(at: BytePath, entry: TarEntry): void {
    const { uid, gid } = this.#job.owner ?? entry;
    fchownAt(AT_FDCWD, at, uid, gid, AT_SYMLINK_NOFOLLOW);
    if (entry.kind !== "symlink") fchmodAt(AT_FDCWD, at, entry.mode);
    if (entry.xattrs.length > 0) setXattrs(at, entry.xattrs);
    if (entry.kind !== "directory") setTimes(at, entry.mtimeSeconds, entry.mtimeNanoseconds);
  }

  #makeParents(path: ByteString): void {
    if (path === "" || statAtIfExists(AT_FDCWD, toBytePath(path), 0) !== undefined) return;
    this.#makeParents(parentPath(path));
    mkdirAt(AT_FDCWD, toBytePath(path), 0o755);
    this.#implied.add(path);
  }
}

/** Removes a folder and what is in it, never through a symbolic link. */
