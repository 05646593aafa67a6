import { writeAllFd } from "../host/index.ts";

/** How a layer's tar is compressed on its way out. */
export type BlockCompression = "gzip" | "zstd";

/** One process's share of the blocks of a tar. */
export interface BlockShare {
  readonly compression: BlockCompression;
  /** Does every `of`th block, from number `share` on. */
  readonly share: number;
  readonly of: number;
}

/** Bytes of a block: each is a gzip member (RFC 1952, 2.2) or zstd frame (RFC 8878, 3.1) of its own. */
const BLOCK = 1 << 20;
/** The fastest: what it leaves, 6 % more bytes than the usual level, costs less time to send than to save. */
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 3;

/**
 * Compresses the blocks of its share and writes each to `fd` with its length in front (4 bytes, little endian). The
 * same bytes give the same blocks, however many share the work.
 */
export class BlockCompressor {
  readonly #fd: number;
  readonly #share: BlockShare;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  #length = 0;
  #number = 0;

  constructor(fd: number, share: BlockShare) {
    this.#fd = fd;
    this.#share = share;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + BLOCK - this.#length);
      if (this.#isOurs()) this.#block.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === BLOCK) this.#flush();
    }
  }

  end(): void {
    if (this.#length > 0 || this.#number === 0) this.#flush();
  }

  #isOurs(): boolean {
    return this.#number % this.#share.of === this.#share.share;
  }

  #flush(): void {
    if (this.#isOurs()) {
      const packed = compress(this.#block.subarray(0, this.#length), this.#share.compression);
      const head = Buffer.alloc(4);
      head.writeUInt32LE(packed.length);
      writeAllFd(this.#fd, head);
      writeAllFd(this.#fd, packed);
    }
    this.#length = 0;
    this.#number++;
  }
}

function compress(bytes: Uint8Array<ArrayBuffer>, compression: BlockCompression): Uint8Array {
  if (compression === "zstd") return Bun.zstdCompressSync(bytes, { level: ZSTD_LEVEL });
  return Bun.gzipSync(bytes, { level: GZIP_LEVEL, library: "libdeflate" });
}
