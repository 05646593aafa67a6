import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { acquireLock, type Lock, tryLock } from "../../host/index.ts";
import type { Store } from "../../store/index.ts";
import type { CacheKey } from "../cache/key.ts";
import type { Session } from "./session.ts";

/** Waits until no other build makes the step under this key; `onWait` is called first if one does. */
export async function lockKey({ store, signal }: Session, key: CacheKey, onWait?: () => void): Promise<Lock> {
  const folder = lockFolder(store);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return await acquireLock(join(folder, `${PREFIX}${key}`), { signal, onWait, transient: true });
}

/** Removes the lock files that builds left which died; those that are held stay. */
export function removeStaleLocks(store: Store): void {
  const folder = lockFolder(store);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((each) => each.startsWith(PREFIX))) {
    tryLock(join(folder, name), { transient: true })?.release();
  }
}

const PREFIX = "build-";

function lockFolder({ run }: Pick<Store, "run">): string {
  return join(run, "locks");
}
