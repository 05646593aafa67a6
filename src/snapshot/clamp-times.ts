import { AT_SYMLINK_NOFOLLOW, utimensAt } from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { type TreeNode, walkTree } from "./tree-walk.ts";

/** Sets back the modification time of everything below an open folder that is later than `latest` (seconds). */
export function clampTimes(rootFd: number, latest: number): void {
  const mtimeNs = BigInt(latest) * 1_000_000_000n;
  const clamp = ({ parentFd, name, stat }: TreeNode): void => {
    if (stat.mtimeSec < latest || (stat.mtimeSec === latest && stat.mtimeNsec === 0)) return;
    utimensAt(parentFd, toBytePath(name), { mtimeNs }, AT_SYMLINK_NOFOLLOW);
  };
  walkTree(rootFd, { node: clamp });
}
