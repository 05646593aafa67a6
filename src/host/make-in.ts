import { EngineError } from "../base/index.ts";
import { mkdirAt, openAt } from "./at-files.ts";
import { openIn } from "./confine.ts";
import { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_PATH, O_RDONLY, O_WRONLY } from "./constants.ts";
import { closeFd } from "./file-io.ts";
import { isErrno } from "./syscall-error.ts";

/**
 * Makes the folders on the way to `target`, and there a folder or an empty file, unless it is there; all as seen with
 * `rootFd` as the root, which no symbolic link leads out of. Returns the paths that it has made, the outermost first.
 * Throws `invalidArgument` where a link leads nowhere.
 */
export function makeIn(rootFd: number, target: string, kind: "folder" | "file"): string[] {
  const made: string[] = [];
  const names = target.split("/").filter(Boolean);
  for (let length = 1; length <= names.length; length++) {
    const path = `/${names.slice(0, length).join("/")}`;
    if (existsIn(rootFd, path)) continue;
    const parent = openIn(rootFd, `/${names.slice(0, length - 1).join("/")}`, O_RDONLY | O_DIRECTORY);
    const name = names[length - 1] ?? "";
    try {
      if (length < names.length || kind === "folder") mkdirAt(parent, name, 0o755);
      else closeFd(openAt(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644));
      made.push(path);
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
      throw new EngineError("invalidArgument", `mount point ${path} is a symbolic link that leads nowhere`);
    } finally {
      closeFd(parent);
    }
  }
  return made;
}

function existsIn(rootFd: number, path: string): boolean {
  try {
    closeFd(openIn(rootFd, path, O_PATH));
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
