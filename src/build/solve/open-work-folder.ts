import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../../base/index.ts";
import { endLease, takeLease } from "../../store/index.ts";
import type { RoomContext } from "../room-context.ts";
import { WORK_LEASE } from "./work-folders.ts";

/** A folder below the store's root that a repair removes if this process dies. */
export interface WorkFolder {
  readonly path: string;
  /** Ends the lease; the folder must be gone. */
  end(): void;
}

/** Makes an empty work folder. */
export function openWorkFolder({ store }: Pick<RoomContext, "store">): WorkFolder {
  const path = join(store.root, "tmp", `build-${newId().slice(0, 16)}`);
  const lease = takeLease(store, WORK_LEASE, path);
  mkdirSync(path, { recursive: true, mode: 0o711 });
  return { path, end: () => endLease(store, lease) };
}
