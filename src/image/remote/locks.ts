import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { acquireLock } from "../../host/index.ts";
import type { ChainId, Digest } from "../../oci/index.ts";
import type { Store } from "../../store/index.ts";

/** What several processes may be about to make. A plain layer's blob and its stack can have the same digest. */
export type Made = { readonly blob: Digest } | { readonly stack: ChainId };

/** The lock of one blob or stack. */
export function lockPath(store: Store, what: Made): string {
  const folder = join(store.run, "pulls");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = "blob" in what ? `blob-${what.blob}` : `stack-${what.stack}`;
  return join(folder, name.replace(":", "-"));
}

/** Runs `section` while no other process or call makes the same. */
export async function withLock<T>(
  store: Store,
  { what, signal }: { readonly what: Made; readonly signal: AbortSignal | undefined },
  section: () => Promise<T>,
): Promise<T> {
  const options = { transient: true, ...(signal === undefined ? {} : { signal }) };
  const lock = await acquireLock(lockPath(store, what), options);
  try {
    return await section();
  } finally {
    lock.release();
  }
}
