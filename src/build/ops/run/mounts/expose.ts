import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  closeFd,
  isErrno,
  MS_BIND,
  MS_REC,
  mount,
  O_DIRECTORY,
  O_PATH,
  openAt,
  openIn,
  S_IFDIR,
  S_IFMT,
  statAt,
} from "../../../../host/index.ts";
import type { Step } from "../step.ts";

/** Something of this host that the runtime can bind by its path, whatever others do to the place that it came from. */
export interface Exposed {
  readonly path: string;
  readonly kind: "folder" | "file";
}

/**
 * Mounts `source`, looked up with the folder `root` as the root, at a place of the step's own. No link leads out of
 * `root`, not even one that appears between the look-up and the mount. Undefined when there is no such file.
 */
export function expose(
  step: Step,
  name: string,
  { root, source }: { root: string; source: string },
): Exposed | undefined {
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    const fd = openIn(rootFd, source, O_PATH);
    try {
      const kind = (statAt(fd, "", AT_EMPTY_PATH).mode & S_IFMT) === S_IFDIR ? "folder" : "file";
      const path = makePlace(step, name, kind);
      mount(`/proc/self/fd/${fd}`, path, undefined, MS_BIND | MS_REC);
      return { path, kind };
    } finally {
      closeFd(fd);
    }
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  } finally {
    closeFd(rootFd);
  }
}

/** An empty folder or file where something of the step is mounted before the runtime binds it. */
export function makePlace({ folders }: Step, name: string, kind: "folder" | "file"): string {
  const path = join(folders.mounts, name);
  if (kind === "folder") mkdirSync(path, { mode: 0o755 });
  else closeSync(openSync(path, "wx", 0o644));
  return path;
}
