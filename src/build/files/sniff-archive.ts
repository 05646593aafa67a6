import { constants, gunzipSync } from "node:zlib";
import { type Compression, createByteSource, detectCompression, TarReader } from "../../archive/index.ts";
import { preadFd } from "../../host/index.ts";

/** Enough of a file to tell what it is: bzip2 gives nothing before its first block is whole. */
const HEAD = 1024 * 1024;
/** Enough of a tar to read its first header, long names included. */
const ENOUGH = 128 * 1024;

/** Tells by its content whether an open file is a tar, plain or compressed, that holds something. */
export async function isArchiveFile(fd: number): Promise<boolean> {
  const head = Buffer.alloc(HEAD);
  return await isArchive(head.subarray(0, preadFd(fd, head, 0)));
}

/** As {@link isArchiveFile}, of the start of a file: all of it, or at least 1 MiB. */
export async function isArchive(head: Uint8Array): Promise<boolean> {
  const compression = detectCompression(head);
  return beginsWithEntry(compression === "none" ? head : await unpackHead(head, compression));
}

function beginsWithEntry(bytes: Uint8Array): boolean {
  try {
    return new TarReader(createByteSource(bytes)).next() !== undefined;
  } catch {
    return false;
  }
}

const PROGRAMS = { zstd: "zstd", xz: "xz", bzip2: "bzip2" } as const;

async function unpackHead(head: Uint8Array, compression: Exclude<Compression, "none">): Promise<Uint8Array> {
  if (compression === "gzip") return gunzipHead(head);
  const child = Bun.spawn([PROGRAMS[compression], "-dcq"], {
    stdin: head,
    stdout: "pipe",
    stderr: "ignore",
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of child.stdout) {
    parts.push(part);
    length += part.length;
    if (length >= ENOUGH) break;
  }
  child.kill("SIGKILL");
  await child.exited;
  return Buffer.concat(parts);
}

function gunzipHead(head: Uint8Array): Uint8Array {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1024 * HEAD });
  } catch {
    return new Uint8Array();
  }
}
