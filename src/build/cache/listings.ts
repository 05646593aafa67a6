import { createHash } from "node:crypto";
import type { Store } from "../../store/index.ts";

/** The digest that stands for a listing of files in the parts of a key. */
export function listingDigest(listing: string): string {
  return createHash("sha256").update(listing).digest("hex");
}

/** Keeps a listing. Idempotent. */
export function writeListing(store: Store, listing: string): void {
  const digest = listingDigest(listing);
  if (store.row("SELECT 1 FROM build_listings WHERE digest = ?", digest) !== undefined) return;
  const packed = Bun.zstdCompressSync(Buffer.from(listing), { level: 1 });
  store.change("INSERT OR IGNORE INTO build_listings(digest, listing) VALUES (?, ?)", digest, packed);
}

/** The listing under a digest; undefined when it is not kept any more. */
export function readListing(store: Store, digest: string): string | undefined {
  const row = store.row<{ listing: Uint8Array }>(
    "SELECT listing FROM build_listings WHERE digest = ?",
    digest,
  );
  return row === undefined ? undefined : Buffer.from(Bun.zstdDecompressSync(row.listing)).toString();
}

/** Removes the listings that neither the cache nor a recorded build speaks of. */
export function removeUnusedListings(store: Store): void {
  store.change(
    `DELETE FROM build_listings WHERE
      NOT EXISTS (SELECT 1 FROM build_cache WHERE instr(parts, digest) > 0) AND
      NOT EXISTS (SELECT 1 FROM build_steps WHERE instr(parts, digest) > 0)`,
  );
}
