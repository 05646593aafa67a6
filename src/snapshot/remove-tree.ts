import { AT_REMOVEDIR, type BytePath, closeFd, S_IFDIR, S_IFMT, unlinkAt } from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { openFolder, walkTree } from "./tree-walk.ts";

/** Removes a folder with all that is in it, never through a symbolic link; nothing happens when there is none. */
export function removeTree(parentFd: number, name: BytePath): void {
  const fd = openFolder(parentFd, name);
  if (fd === undefined) return;
  try {
    walkTree(fd, {
      node: (node) => {
        if ((node.stat.mode & S_IFMT) !== S_IFDIR) unlinkAt(node.parentFd, toBytePath(node.name));
      },
      leave: (node) => unlinkAt(node.parentFd, toBytePath(node.name), AT_REMOVEDIR),
    });
  } finally {
    closeFd(fd);
  }
  unlinkAt(parentFd, name, AT_REMOVEDIR);
}
