import { ptr } from "bun:ffi";
import { openAt } from "./at-files.ts";
import { AT_FDCWD, O_DIRECTORY, O_RDONLY } from "./constants.ts";
import { closeFd } from "./file-io.ts";
import { libc } from "./libc.ts";

const GET_FLAGS = 0x80086601;
const SET_FLAGS = 0x40086602;
const TOPDIR = 0x20000;

/**
 * Tells the file system that the folders in a folder have nothing to do with each other (chattr(1) `T`): ext4 then puts
 * each into a part of the disk of its own. False where that cannot be said.
 */
export function spreadFolders(path: string): boolean {
  const fd = openAt(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  try {
    const flags = new BigInt64Array(1);
    const address = BigInt(ptr(flags));
    if (libc().ioctl(fd, GET_FLAGS, address) < 0) return false;
    const known = flags[0] ?? 0n;
    if ((known & BigInt(TOPDIR)) !== 0n) return true;
    flags[0] = known | BigInt(TOPDIR);
    return libc().ioctl(fd, SET_FLAGS, address) === 0;
  } finally {
    closeFd(fd);
  }
}
