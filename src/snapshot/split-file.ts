import type { ByteSource } from "../archive/index.ts";
import { EngineError } from "../base/index.ts";
import { readFd, writeAllFd } from "../host/index.ts";

/*
 * The split of a layer: the bytes of its tar that are no file content, so that the exact tar can be put
 * together again. A row of pieces, each its compressed length (4 bytes, little endian) and a zstd frame.
 */

const PIECE = 1024 * 1024;
const LARGEST_FRAME = 4 * PIECE;

/** Writes a split to `fd`. */
export class SplitWriter {
  readonly #fd: number;
  readonly #piece = Buffer.allocUnsafeSlow(PIECE);
  #length = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + PIECE - this.#length);
      this.#piece.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === PIECE) this.flush();
    }
  }

  /** Writes what is held back; to be called at the end. */
  flush(): void {
    if (this.#length === 0) return;
    const frame = Bun.zstdCompressSync(this.#piece.subarray(0, this.#length), { level: 1 });
    const head = Buffer.alloc(4);
    head.writeUInt32LE(frame.length);
    writeAllFd(this.#fd, head);
    writeAllFd(this.#fd, frame);
    this.#length = 0;
  }
}

/** Reads a split from `fd`. Throws `dataLoss` when it is damaged. */
export function createSplitSource(fd: number): ByteSource {
  let piece: Uint8Array = new Uint8Array();
  return {
    read(buffer) {
      if (piece.length === 0) piece = readPiece(fd);
      const part = piece.subarray(0, buffer.length);
      buffer.set(part);
      piece = piece.subarray(part.length);
      return part.length;
    },
  };
}

function readPiece(fd: number): Uint8Array {
  const head = Buffer.alloc(4);
  const got = readFully(fd, head);
  if (got === 0) return new Uint8Array();
  const length = head.readUInt32LE();
  if (got < head.length || length > LARGEST_FRAME) throw damaged();
  const frame = Buffer.allocUnsafe(length);
  if (readFully(fd, frame) < length) throw damaged();
  try {
    return Bun.zstdDecompressSync(frame);
  } catch (cause) {
    throw damaged(cause);
  }
}

function readFully(fd: number, buffer: Uint8Array): number {
  let at = 0;
  for (let count = 1; count > 0 && at < buffer.length; at += count) count = readFd(fd, buffer, at);
  return at;
}

function damaged(cause?: unknown): EngineError {
  return new EngineError("dataLoss", "the record of the layer's tar headers is damaged", { cause });
}
