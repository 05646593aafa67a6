import { type ByteString, TarWriter } from "../archive/index.ts";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  fchmod,
  fchown,
  isErrno,
  linkAt,
  lseek,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  openIn,
  readFd,
  S_IFMT,
  S_IFREG,
  SEEK_DATA,
  SEEK_SET,
  statAt,
} from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { changedMeanwhile } from "./errors.ts";
import { setTimes, setXattrs } from "./file-attributes.ts";
import { createStreamDigest } from "./hashing.ts";
import { createBatchedSink } from "./pack-job.ts";
import type { PlannedContent } from "./planned-entry.ts";
import { type EarlierLayer, type SharedFile, SharedFiles } from "./shared-files.ts";
import { createTreeCopy } from "./tree-copy.ts";
import { type StreamItem, toTarHeader } from "./tree-stream.ts";

const CHUNK = 1024 * 1024;
const ZEROS = new Uint8Array(64 * 1024);

/** What {@link AssembledTar} takes files from. */
export interface AssembleSources {
  /** Open folders. */
  readonly folders: readonly number[];
  readonly earlier: EarlierLayer | undefined;
}

/**
 * Writes a layer below the current folder and hashes its tar at the same time. Files are opened below their folder
 * only, never through a link at the end, and never when they are anything but regular files.
 */
export class AssembledTar {
  readonly digests = new Map<ByteString, string>();
  readonly #sources: AssembleSources;
  readonly #digest = createStreamDigest();
  readonly #batch = createBatchedSink((bytes) => this.#digest.update(bytes));
  readonly #tar = new TarWriter(this.#batch.write);
  readonly #copy = createTreeCopy();
  readonly #sharing = new SharedFiles();
  readonly #chunk = new Uint8Array(CHUNK);
  #size = 0;
  #shared = 0;

  constructor(sources: AssembleSources) {
    this.#sources = sources;
  }

  put(item: StreamItem, content: PlannedContent | undefined): void {
    this.#tar.entry(toTarHeader(item));
    if (item.kind === "file") {
      this.#size += item.stat.size;
      if (content === undefined) this.#emptyFile(item);
      else this.#file(item, content);
    } else {
      this.#copy.node(item);
      if (item.kind === "symlink") this.#size += item.linkPath.length;
    }
  }

  end(): ReturnType<AssembledTar["report"]> {
    this.#tar.end();
    this.#batch.flush();
    this.#copy.finish();
    return this.report();
  }

  report() {
    const { length } = this.#digest;
    return { diffId: this.#digest.diffId(), tarSize: length, size: this.#size, shared: this.#shared };
  }

  #emptyFile(item: StreamItem): void {
    this.#copy.node(item);
    this.#copy.endFile(item);
  }

  #file(item: StreamItem, content: PlannedContent): void {
    const { earlier, folders } = this.#sources;
    const folder = folders[content.folder] ?? -1;
    if (content.digest !== "" && earlier?.digestOf(item.path) === content.digest) {
      if (this.#share(item, this.#sharing.find(earlier.filesFd, item), content.digest)) return;
    }
    if (content.share === "equal" && this.#share(item, this.#sharing.find(folder, item), content.digest))
      return;
    const fd = openSource(folder, item, content);
    try {
      if (content.share === "own" && this.#take(folder, item, { content, fd })) return;
      this.#copyFile(fd, item, content);
    } finally {
      closeFd(fd);
    }
  }

  /** Makes a finished layer's file part of this one. What it holds goes into the tar. */
  #share(item: StreamItem, file: SharedFile | undefined, digest: string): boolean {
    if (file === undefined) return false;
    try {
      if (!file.link()) return false;
      this.#shared++;
      this.#record(item, digest === "" ? this.#read(file.fd, item, {}) : this.#stream(file.fd, item, digest));
      return true;
    } finally {
      closeFd(file.fd);
    }
  }

  #stream(fd: number, item: StreamItem, digest: string): string {
    for (let left = item.stat.size; left > 0; ) left -= this.#next(fd, item, left).length;
    return digest;
  }

  /** Takes over a file that only this layer wants. */
  #take(
    folder: number,
    item: StreamItem,
    { content, fd }: { readonly content: PlannedContent; readonly fd: number },
  ): boolean {
    const { stat, xattrs } = item;
    // A second name of the file would show what is set here.
    if (statAt(fd, "", AT_EMPTY_PATH).nlink > 1) return false;
    try {
      linkAt(folder, toBytePath(content.path), AT_FDCWD, toBytePath(item.path));
    } catch (error) {
      if (isErrno(error, "EXDEV")) return false;
      throw error;
    }
    fchown(fd, stat.uid, stat.gid);
    fchmod(fd, stat.mode & 0o7777);
    setXattrs(fd, xattrs);
    this.#record(item, this.#verified(item, content, this.#read(fd, item, {})));
    setTimes(fd, stat.mtimeSec, 0);
    return true;
  }

  #copyFile(fd: number, item: StreamItem, content: PlannedContent): void {
    this.#copy.node(item);
    const clone = this.#copy.clone(fd);
    const digest = clone === undefined ? this.#read(fd, item, { copy: true }) : this.#read(clone, item, {});
    this.#record(item, this.#verified(item, content, digest));
    this.#copy.endFile(item);
  }

  #verified(item: StreamItem, content: PlannedContent, digest: string): string {
    if (content.digest !== "" && content.digest !== digest) throw changedMeanwhile(item.path);
    return digest;
  }

  #record(item: StreamItem, digest: string): void {
    this.digests.set(item.path, digest);
  }

  /** Reads the whole file into the tar and, if asked, into the copy; the digest of what it holds. */
  #read(fd: number, item: StreamItem, { copy = false }: { readonly copy?: boolean }): string {
    const hasher = new Bun.CryptoHasher("sha256");
    const sparse = statAt(fd, "", AT_EMPTY_PATH).blocks * 512 < item.stat.size;
    for (let at = 0; at < item.stat.size; ) {
      const hole = sparse ? holeAt(fd, at, item.stat.size) : 0;
      if (hole > 0) {
        for (let left = hole; left > 0; left -= Math.min(left, ZEROS.length)) {
          const zeros = ZEROS.subarray(0, left);
          hasher.update(zeros);
          this.#tar.content(zeros);
        }
        if (copy) this.#copy.skip(hole);
        at += hole;
        continue;
      }
      const bytes = this.#next(fd, item, item.stat.size - at);
      hasher.update(bytes);
      if (copy) this.#copy.content(bytes);
      at += bytes.length;
    }
    return hasher.digest("hex");
  }

  #next(fd: number, item: StreamItem, most: number): Uint8Array {
    const count = readFd(fd, this.#chunk, 0, Math.min(CHUNK, most));
    if (count === 0) throw changedMeanwhile(item.path);
    const bytes = this.#chunk.subarray(0, count);
    this.#tar.content(bytes);
    return bytes;
  }
}

function openSource(folder: number, item: StreamItem, content: PlannedContent): number {
  let fd: number;
  try {
    fd = openIn(folder, toBytePath(content.path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP", "ENXIO", "ENODEV")) throw changedMeanwhile(item.path);
    throw error;
  }
  const { mode, size } = statAt(fd, "", AT_EMPTY_PATH);
  if ((mode & S_IFMT) === S_IFREG && size === item.stat.size) return fd;
  closeFd(fd);
  throw changedMeanwhile(item.path);
}

/** Length of the hole that begins at `at`, leaving the position at its end or where it was. */
function holeAt(fd: number, at: number, size: number): number {
  let data: number;
  try {
    data = lseek(fd, at, SEEK_DATA);
  } catch (error) {
    if (!isErrno(error, "ENXIO")) throw error;
    data = size;
  }
  if (data > at) {
    const end = Math.min(data, size);
    lseek(fd, end, SEEK_SET);
    return end - at;
  }
  return 0;
}
