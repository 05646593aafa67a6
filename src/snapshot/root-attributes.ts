import { AT_FDCWD, fchmodAt, fchownAt, statAt } from "../host/index.ts";

/** Gives the folder `to` the owner and mode of `from`: an overlay shows its upper folder's own as those of the root. */
export function copyRootAttributes(from: string, to: string): void {
  const { mode, uid, gid } = statAt(AT_FDCWD, from);
  fchownAt(AT_FDCWD, to, uid, gid);
  fchmodAt(AT_FDCWD, to, mode & 0o7777);
}
