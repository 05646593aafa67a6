import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Tells other processes that the database has changed. */
export interface Announcer {
  tell(): void;
  close(): void;
}

/**
 * SQLite's writes to its log come before its index in shared memory makes them count, and of that no event tells. So
 * the file `changed` beside the database is written once a change can be seen: who watches the folder reads it then.
 */
export function createAnnouncer(root: string): Announcer {
  let fd: number | undefined;
  return {
    tell: () => {
      try {
        fd ??= openSync(join(root, "changed"), "w", 0o600);
        writeSync(fd, ".", 0);
      } catch {
        // On a full disk: whoever waits is told by the next change.
      }
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}
