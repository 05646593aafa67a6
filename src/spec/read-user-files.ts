import { isErrno, readRegularIn } from "../host/index.ts";
import type { UserFiles } from "./users.ts";

const LIMIT = 4 * 1024 * 1024;

/**
 * Reads the files of a container's file system that name its users, never leaving `root` by any symbolic link. One
 * that is missing, may not be read, is no regular file, or larger than 4 MiB is empty.
 */
export function readUserFiles(root: string): UserFiles {
  return { passwd: readText(root, "etc/passwd"), group: readText(root, "etc/group") };
}

function readText(root: string, path: string): string {
  try {
    const found = readRegularIn(root, path, LIMIT);
    return Buffer.isBuffer(found) ? found.toString() : "";
  } catch (error) {
    if (isErrno(error, "EACCES")) return "";
    throw error;
  }
}
