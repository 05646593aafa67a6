import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { acquireLock, type Lock } from "../../host/index.ts";
import type { CacheKey } from "../cache/key.ts";
import type { Session } from "./session.ts";

/** Waits until no other build makes the step under this key. */
export async function lockKey({ store, signal }: Session, key: CacheKey): Promise<Lock> {
  const folder = join(store.run, "locks");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `build-${key}`);
  const lock = await acquireLock(path, { signal });
  return {
    release: () => {
      rmSync(path, { force: true });
      lock.release();
    },
  };
}
