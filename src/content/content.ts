import { chmodSync, createReadStream, mkdirSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { type CallOptions, EngineError, errnoOf, newId, throwIfAborted } from "../base/index.ts";
import { type Digest, digestHex, parseDigest } from "../oci/index.ts";
import { deadLeases, endLease, type Store, takeLease } from "../store/index.ts";
import { corruptBlob, missingBlob, verified } from "./verified.ts";

/** One blob that the store holds. */
export interface BlobInfo {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** What a written blob must turn out to be. */
export interface ExpectedBlob {
  readonly digest: Digest;
  /** Bytes; checked when given. */
  readonly size?: number;
}

export type BlobSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Blobs by digest, one read-only file each under `blobs/sha256/`. */
export interface ContentStore {
  stat(digest: Digest): BlobInfo | undefined;
  /** Where the blob's file is, for readers that check its digest themselves. Throws `notFound`. */
  path(digest: Digest): string;
  /** The blob's bytes; the iteration throws `dataLoss` at its end when they are not what the digest says, and `notFound` when there are none. */
  read(digest: Digest): AsyncIterable<Uint8Array>;
  /** A whole blob of at most `limit` bytes, verified. Throws `notFound`, `dataLoss`, or `invalidArgument` when it is bigger. */
  readAll(digest: Digest, limit: number): Promise<Uint8Array>;
  /**
   * Stores a blob; it is visible and on disk when the call returns, and not at all when digest or size
   * differ (`dataLoss`). Idempotent: a blob that is there already is not read from `source`.
   */
  write(source: BlobSource, expected: ExpectedBlob, options?: CallOptions): Promise<BlobInfo>;
  /**
   * Takes a file of the same file system in as a blob, whose content its caller has verified. It is visible and on disk
   * when the call returns, and its name is another then. Idempotent.
   */
  adopt(path: string, info: BlobInfo): Promise<void>;
  /** Idempotent. */
  remove(digest: Digest): void;
  /** All blobs, in order of their digest. */
  list(): BlobInfo[];
  /** Removes what writers that died left behind. */
  repair(): void;
}

const LEASE = "blob";

/** Opens the blobs of an engine root. */
export function openContent(store: Store): ContentStore {
  const folder = join(store.root, "blobs", "sha256");
  const fileOf = (digest: Digest) => join(folder, digestHex(parseDigest(digest)));
  const stat = (digest: Digest): BlobInfo | undefined =>
    store.row<BlobInfo>("SELECT digest, size FROM blobs WHERE digest = ?", digest);
  const need = (digest: Digest): BlobInfo => {
    const info = stat(digest);
    if (info === undefined) throw missingBlob(digest);
    return info;
  };
  const read = (digest: Digest): AsyncIterable<Uint8Array> =>
    verified(readFile(fileOf(digest), digest), need(digest));

  const insert = (digest: Digest, size: number): void => {
    store.change(
      "INSERT INTO blobs(digest, size, used) VALUES (?,?,?) ON CONFLICT(digest) DO UPDATE SET used = excluded.used",
      digest,
      size,
      Math.floor(Date.now() / 1000),
    );
  };

  async function adopt(path: string, { digest, size }: BlobInfo): Promise<void> {
    if (stat(digest) !== undefined) return rmSync(path, { force: true });
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const lease = takeLease(store, LEASE, fileOf(digest));
    chmodSync(path, 0o444);
    await syncPath(path);
    await rename(path, fileOf(digest));
    await syncPath(folder);
    store.transaction(() => {
      insert(digest, size);
      endLease(store, lease);
    });
  }

  async function receive(source: BlobSource, expected: ExpectedBlob, options?: CallOptions): Promise<number> {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const temporary = join(folder, `.${newId().slice(0, 16)}.tmp`);
    const lease = takeLease(store, LEASE, temporary);
    try {
      const file = await open(temporary, "wx", 0o400);
      let size = 0;
      try {
        const chunks = source instanceof Uint8Array ? once(source) : source;
        for await (const chunk of verified(chunks, expected)) {
          throwIfAborted(options);
          await file.writeFile(chunk);
          size += chunk.length;
        }
      } finally {
        await file.close();
      }
      await adopt(temporary, { digest: expected.digest, size });
      return size;
    } finally {
      rmSync(temporary, { force: true });
      endLease(store, lease);
    }
  }

  return {
    stat,
    path: (digest) => fileOf(need(digest).digest),
    read,
    readAll: async (digest, limit) => {
      const { size } = need(digest);
      if (size > limit) {
        throw new EngineError("invalidArgument", `blob ${digest} has ${size} bytes, more than ${limit}`);
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of read(digest)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    write: async (source, expected, options) => {
      const known = stat(expected.digest);
      if (known !== undefined) {
        if (expected.size !== undefined && expected.size !== known.size) throw corruptBlob(expected.digest);
        return known;
      }
      return { digest: expected.digest, size: await receive(source, expected, options) };
    },
    adopt,
    remove: (digest) => {
      const lease = store.transaction(() => {
        store.change("DELETE FROM blobs WHERE digest = ?", digest);
        return takeLease(store, LEASE, fileOf(digest));
      });
      rmSync(fileOf(digest), { force: true });
      endLease(store, lease);
    },
    list: () => store.rows<BlobInfo>("SELECT digest, size FROM blobs ORDER BY digest"),
    repair: () => {
      for (const lease of deadLeases(store, LEASE)) {
        const name = basename(lease.path);
        const kept = store.row("SELECT 1 FROM blobs WHERE digest = ?", `sha256:${name}`) !== undefined;
        if (!kept) rmSync(lease.path, { force: true });
        endLease(store, lease);
      }
    },
  };
}

/** Waits until a file or folder is on disk. */
async function syncPath(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* readFile(path: string, digest: Digest): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20 });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") throw missingBlob(digest);
    throw error;
  }
}
