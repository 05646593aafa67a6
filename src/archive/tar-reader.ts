import { BLOCK, BlockReader } from "./block-reader.ts";
import type { ByteSink, ByteSource, ByteString } from "./byte-source.ts";
import { tarError, truncatedError } from "./errors.ts";
import { type ExtendedHeader, toExtendedHeader } from "./extended-header.ts";
import { isZeroBlock, parseHeaderBlock, parseText } from "./header-block.ts";
import { type PaxRecord, parsePaxRecords } from "./pax-records.ts";
import { checkSparseMap, type SparseSegment } from "./sparse-map.ts";
import { MAX_SPECIAL, readGnuSparse, readPayloadMap } from "./sparse-reader.ts";
import type { TarEntry, TarKind } from "./tar-entry.ts";

/** How {@link TarReader} reads. */
export interface TarReaderOptions {
  /** Gets every byte that is no file content, in order: headers, padding, the end of the archive. */
  readonly onFrame?: ByteSink;
  /** False for an entry whose content is not in the stream (a stream of frames only). */
  readonly hasPayload?: (entry: TarEntry) => boolean;
}

const KINDS: Readonly<Record<string, TarKind>> = {
  "0": "file",
  "\0": "file",
  "7": "file",
  S: "file",
  "1": "hardlink",
  "2": "symlink",
  "3": "character",
  "4": "block",
  "5": "directory",
  "6": "fifo",
};

/**
 * Reads a tar stream entry by entry, pulling from a blocking source; memory use does not grow with the
 * archive. Understands v7, ustar, GNU, star and PAX. Errors are of kind `invalidArgument`.
 */
export class TarReader {
  readonly #blocks: BlockReader;
  readonly #hasPayload: (entry: TarEntry) => boolean;
  #global: readonly PaxRecord[] = [];
  #remaining = 0;
  #padding = 0;
  #done = false;
  #hasEnd = false;

  constructor(source: ByteSource, options: TarReaderOptions = {}) {
    this.#blocks = new BlockReader(source, options.onFrame);
    this.#hasPayload = options.hasPayload ?? (() => true);
  }

  /** True once the archive's own end was read; one that just stops may be the first part of a longer one. */
  get hasEnd(): boolean {
    return this.#hasEnd;
  }

  /** The next entry, after skipping what is left of the last one; undefined after the last. */
  next(): TarEntry | undefined {
    while (this.readChunk() !== undefined);
    if (this.#done) return undefined;
    if (this.#padding > 0) this.#blocks.frame(this.#padding);
    this.#padding = 0;
    const header = this.#nextHeader();
    if (header === undefined) return undefined;
    return this.#begin(header);
  }

  /** The next piece of the entry's stored content (for a sparse file: its segments, joined), valid until the next call. */
  readChunk(): Uint8Array | undefined {
    if (this.#remaining === 0) return undefined;
    const chunk = this.#blocks.payload(this.#remaining);
    this.#remaining -= chunk.length;
    return chunk;
  }

  #nextHeader(): ExtendedHeader | undefined {
    let local: PaxRecord[] = [];
    let longName: ByteString | undefined;
    let longLink: ByteString | undefined;
    let pending = false;
    for (;;) {
      const block = this.#blocks.block();
      if (block === undefined || isZeroBlock(block)) {
        if (pending) throw truncatedError();
        if (block !== undefined) this.#end();
        this.#done = true;
        return undefined;
      }
      const base = parseHeaderBlock(block);
      if (!"xgLK".includes(base.type)) {
        const header = toExtendedHeader(base, { global: this.#global, local, longName, longLink });
        return base.type === "S" ? { ...header, sparse: readGnuSparse(block, this.#blocks) } : header;
      }
      const data = this.#special(base.size);
      pending = base.type !== "g";
      if (base.type === "x") local = parsePaxRecords(data);
      else if (base.type === "g") this.#global = [...this.#global, ...parsePaxRecords(data)].slice(-1000);
      else if (base.type === "L") longName = parseText(data, 0, data.length);
      else longLink = parseText(data, 0, data.length);
    }
  }

  #begin(header: ExtendedHeader): TarEntry {
    const kind = kindOf(header);
    const stored = kind === "file" || kind === "other" ? header.size : 0;
    this.#padding = (BLOCK - (stored % BLOCK)) % BLOCK;
    let inStream = stored;
    let sparse: SparseSegment[] | undefined;
    let size = kind === "file" ? stored : 0;
    if (kind === "file" && header.sparse !== undefined) {
      let segments = header.sparse.segments;
      if (segments === undefined) {
        const map = readPayloadMap(this.#blocks, stored);
        segments = map.segments;
        inStream -= map.length;
      }
      size = header.sparse.size;
      if (size < 0) throw tarError("invalid tar header: negative size");
      sparse = checkSparseMap(segments, size, inStream);
    }
    const entry: TarEntry = {
      kind,
      path: header.name,
      linkPath: kind === "symlink" || kind === "hardlink" ? header.linkName : "",
      mode: header.mode & 0o7777,
      uid: header.uid,
      gid: header.gid,
      mtimeSeconds: header.mtimeSeconds,
      mtimeNanoseconds: header.mtimeNanoseconds,
      size,
      deviceMajor: header.deviceMajor,
      deviceMinor: header.deviceMinor,
      xattrs: header.xattrs,
      sparse,
    };
    this.#remaining = inStream > 0 && this.#hasPayload(entry) ? inStream : 0;
    return entry;
  }

  /** Everything after the first zero block: the second one, then whatever fills the last record. */
  #end(): void {
    this.#hasEnd = true;
    const second = this.#blocks.block();
    if (second !== undefined && !isZeroBlock(second)) {
      throw tarError("invalid tar header: a lone zero block");
    }
    this.#blocks.drain();
  }

  #special(size: number): Buffer {
    if (size > MAX_SPECIAL) throw tarError("header field too long");
    const data = this.#blocks.frame(size);
    if (size % BLOCK !== 0) this.#blocks.frame(BLOCK - (size % BLOCK));
    return data;
  }
}

function kindOf(header: ExtendedHeader): TarKind {
  if (header.type === "\0" && header.name.endsWith("/")) return "directory";
  return KINDS[header.type] ?? "other";
}
