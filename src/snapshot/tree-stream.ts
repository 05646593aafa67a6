import {
  type ByteSink,
  type ByteString,
  type SparseSegment,
  type TarHeader,
  type TarKind,
  TarWriter,
  type Xattr,
} from "../archive/index.ts";
import {
  AT_EMPTY_PATH,
  closeFd,
  type FileStat,
  lseek,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  openAt,
  readFd,
  readlinkAt,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  SEEK_SET,
  statAt,
} from "../host/index.ts";
import { fromBytes, toBytePath } from "./byte-names.ts";
import { dataSegments } from "./data-segments.ts";
import { parentPath } from "./entry-path.ts";
import { readXattrs } from "./file-attributes.ts";
import type { TreeNode } from "./tree-walk.ts";
import { OPAQUE_NAME, WHITEOUT } from "./whiteout.ts";

/** Sees what {@link TreeStream} writes, to make the same tree elsewhere in one pass. */
export interface TreeMirror {
  node(item: StreamItem): void;
  /** Content of the file that the last `node` named. */
  content(bytes: Uint8Array): void;
  endFile(item: StreamItem): void;
  whiteout(path: ByteString): void;
  opaque(folder: ByteString): void;
}

/** What a tar keeps of a file's attributes. */
export type ItemStat = Pick<
  FileStat,
  "mode" | "uid" | "gid" | "size" | "mtimeSec" | "rdevMajor" | "rdevMinor"
>;

/** One file system object as it goes into the tar. */
export interface StreamItem {
  readonly path: ByteString;
  readonly kind: TarKind;
  readonly stat: ItemStat;
  readonly linkPath: ByteString;
  readonly xattrs: readonly Xattr[];
}

const KINDS = new Map<number, TarKind>([
  [S_IFREG, "file"],
  [S_IFDIR, "directory"],
  [S_IFLNK, "symlink"],
  [S_IFCHR, "character"],
  [S_IFBLK, "block"],
  [S_IFIFO, "fifo"],
]);

const CHUNK = 1024 * 1024;
const ZEROS = new Uint8Array(64 * 1024);

/**
 * Turns file system objects into the deterministic tar of a layer: whole seconds, whiteouts and opaque
 * markers as OCI entries with constant attributes, hard links by first name, sockets left out.
 */
export class TreeStream {
  /** Bytes of regular files and of the targets of symbolic links so far; a hard link counts nothing. */
  size = 0;
  readonly #tar: TarWriter;
  readonly #mirror: TreeMirror | undefined;
  readonly #firstNames = new Map<bigint, ByteString>();
  readonly #chunk = new Uint8Array(CHUNK);

  readonly #holes: boolean;

  /** `holes`: leaves the holes of files out, which only readers of GNU tar's sparse files understand. */
  constructor(
    sink: ByteSink,
    { mirror, holes = false }: { readonly mirror?: TreeMirror; readonly holes?: boolean } = {},
  ) {
    this.#tar = new TarWriter(sink);
    this.#mirror = mirror;
    this.#holes = holes;
  }

  /** Writes an object that is no whiteout. */
  node(node: TreeNode): void {
    const kind = KINDS.get(node.stat.mode & S_IFMT);
    if (kind === undefined) return;
    const { path } = node;
    if (kind !== "file") {
      const linkPath = kind === "symlink" ? fromBytes(readlinkAt(node.parentFd, toBytePath(node.name))) : "";
      const xattrs = kind === "directory" ? folderXattrs(node) : [];
      this.#emit({ path, kind, stat: node.stat, linkPath, xattrs });
      this.size += linkPath.length;
      return;
    }
    const first = node.stat.nlink > 1 ? this.#firstNames.get(node.stat.ino) : undefined;
    if (first !== undefined) {
      this.#emit({ path, kind: "hardlink", stat: node.stat, linkPath: first, xattrs: [] });
      return;
    }
    if (node.stat.nlink > 1) this.#firstNames.set(node.stat.ino, path);
    this.#file(node);
  }

  whiteout(path: ByteString): void {
    const parent = parentPath(path);
    const name = WHITEOUT + path.slice(parent === "" ? 0 : parent.length + 1);
    this.#marker(parent === "" ? name : `${parent}/${name}`);
    this.#mirror?.whiteout(path);
  }

  opaque(folder: ByteString): void {
    this.#marker(folder === "" ? OPAQUE_NAME : `${folder}/${OPAQUE_NAME}`);
    this.#mirror?.opaque(folder);
  }

  end(): void {
    this.#tar.end();
  }

  #file(node: TreeNode): void {
    const fd = openAt(node.parentFd, toBytePath(node.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stat = statAt(fd, "", AT_EMPTY_PATH);
      // Exchanged since it was listed: what a device of this machine holds is none of the tree's business.
      if ((stat.mode & S_IFMT) !== S_IFREG) return;
      const item: StreamItem = { path: node.path, kind: "file", stat, linkPath: "", xattrs: readXattrs(fd) };
      const segments = this.#holes ? dataSegments(fd, stat) : undefined;
      this.#emit(item, segments);
      this.size += stat.size;
      for (const { offset, length } of segments ?? [{ offset: 0, length: stat.size }]) {
        if (segments !== undefined) lseek(fd, offset, SEEK_SET);
        this.#content(fd, length);
      }
      this.#mirror?.endFile(item);
    } finally {
      closeFd(fd);
    }
  }

  #content(fd: number, length: number): void {
    for (let left = length; left > 0; ) {
      const count = readFd(fd, this.#chunk, 0, Math.min(CHUNK, left));
      // A file that shrinks while it is read still has the length that its header says.
      const bytes = count > 0 ? this.#chunk.subarray(0, count) : ZEROS.subarray(0, left);
      this.#tar.content(bytes);
      this.#mirror?.content(bytes);
      left -= bytes.length;
    }
  }

  #emit(item: StreamItem, segments?: readonly SparseSegment[]): void {
    this.#tar.entry({ ...toTarHeader(item), ...(segments === undefined ? {} : { segments }) });
    this.#mirror?.node(item);
  }

  #marker(path: ByteString): void {
    this.#tar.entry({
      kind: "file",
      path,
      linkPath: "",
      mode: 0o600,
      uid: 0,
      gid: 0,
      mtimeSeconds: 0,
      size: 0,
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: [],
    });
  }
}

/** The entry of a layer's tar for an object; a folder's path ends in a slash. */
export function toTarHeader({ path, kind, stat, linkPath, xattrs }: StreamItem): TarHeader {
  const isDevice = kind === "character" || kind === "block";
  return {
    kind,
    path: kind === "directory" ? `${path}/` : path,
    linkPath,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    mtimeSeconds: stat.mtimeSec,
    size: kind === "file" ? stat.size : 0,
    deviceMajor: isDevice ? stat.rdevMajor : 0,
    deviceMinor: isDevice ? stat.rdevMinor : 0,
    xattrs,
  };
}

function folderXattrs(node: TreeNode): ReturnType<typeof readXattrs> {
  const fd = openAt(node.parentFd, toBytePath(node.name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    return readXattrs(fd);
  } finally {
    closeFd(fd);
  }
}
