import type { ByteString } from "../../archive/index.ts";
import type { Store } from "../../store/index.ts";
import type { NodeXattrs } from "./file-node.ts";

/** What a file held when its state was the one named. */
export interface KnownFile {
  readonly state: string;
  /** Hex sha256. */
  readonly digest: string;
  readonly xattrs: NodeXattrs;
}

type Row = readonly [name: ByteString, state: string, digest: string, xattrs?: NodeXattrs];

/** Remembers the digests of a folder's files from one build to the next. */
export interface DigestCache {
  /** What is known of the files in a folder, by name. */
  read(folder: ByteString): ReadonlyMap<ByteString, KnownFile>;
  /** Replaces what is known of a folder. */
  write(folder: ByteString, files: ReadonlyMap<ByteString, KnownFile>): void;
  /** Runs `section` so that all that it writes is written at once. */
  transaction(section: () => void): void;
}

const NOTHING: ReadonlyMap<ByteString, KnownFile> = new Map();

/** For trees that are not there any more at the next build. */
export const noDigestCache: DigestCache = {
  read: () => NOTHING,
  write: () => undefined,
  transaction: (section) => section(),
};

/** The digests of files below a context's root, in the database. Asked for the root, it reads what is known of all folders. */
export function openDigestCache(store: Store, root: string): DigestCache {
  let all: ReadonlyMap<ByteString, string> | undefined;
  const textOf = (folder: ByteString): string | undefined => {
    if (folder === "") all ??= readAll(store, root);
    if (all !== undefined) return all.get(folder);
    const sql = "SELECT files FROM context_files WHERE root = ? AND folder = ?";
    return store.row<{ files: string }>(sql, root, folder)?.files;
  };
  return {
    read(folder) {
      const text = textOf(folder);
      if (text === undefined) return NOTHING;
      const rows = JSON.parse(text) as Row[];
      return new Map(
        rows.map(([name, state, digest, xattrs = []]) => [name, { state, digest, xattrs }] as const),
      );
    },
    write(folder, files) {
      if (files.size === 0) {
        store.change("DELETE FROM context_files WHERE root = ? AND folder = ?", root, folder);
        return;
      }
      const rows = [...files].map(
        ([name, { state, digest, xattrs }]): Row =>
          xattrs.length === 0 ? [name, state, digest] : [name, state, digest, xattrs],
      );
      store.change(
        "INSERT INTO context_files(root, folder, files) VALUES (?,?,?) ON CONFLICT(root, folder) DO UPDATE SET files = excluded.files",
        root,
        folder,
        JSON.stringify(rows),
      );
    },
    transaction: (section) => store.transaction(section),
  };
}

function readAll(store: Store, root: string): ReadonlyMap<ByteString, string> {
  const sql = "SELECT folder, files FROM context_files WHERE root = ?";
  const rows = store.rows<{ folder: string; files: string }>(sql, root);
  return new Map(rows.map(({ folder, files }) => [folder, files] as const));
}

/** Forgets the digests of all contexts, or of those whose root fits. */
export function forgetDigests(store: Store, root?: string): void {
  if (root === undefined) store.change("DELETE FROM context_files");
  else store.change("DELETE FROM context_files WHERE root = ?", root);
}
