import { S_IFDIR, S_IFMT } from "../host/index.ts";
import { walkTree, withFolder } from "./tree-walk.ts";

/**
 * Bytes of everything but folders below `folder`, hard links once: what Docker shows as a container's size. What lies
 * deeper than a layer may be is not counted.
 */
export function treeUsage(folder: string): number {
  const counted = new Set<bigint>();
  let total = 0;
  withFolder(folder, (fd) =>
    walkTree(fd, {
      skipDeep: true,
      node: ({ stat }) => {
        if ((stat.mode & S_IFMT) === S_IFDIR) return;
        if (stat.nlink > 1) {
          if (counted.has(stat.ino)) return;
          counted.add(stat.ino);
        }
        total += stat.size;
      },
    }),
  );
  return total;
}
