import type { ByteString } from "../archive/index.ts";
import {
  closeFd,
  type FileStat,
  getXattr,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  openAt,
  S_IFMT,
  S_IFREG,
  statAtIfExists,
} from "../host/index.ts";
import { compareNames, joinPath, toBytePath } from "./byte-names.ts";
import { isFolderMode, openFolder, sortedNames, type TreeNode } from "./tree-walk.ts";
import { type UnionEntry, UnionFolder } from "./union-folder.ts";
import { isOpaque, isWhiteoutNode } from "./whiteout.ts";

/** What differs, in walk order: a folder before what changed in it. */
export interface ComparisonVisitor {
  /** `inside`: the folder itself is unchanged, but something in it is not. */
  changed(node: TreeNode, kind: "add" | "modify" | "inside"): void;
  deleted(path: ByteString): void;
}

/** What is compared with a stack of layers. */
export interface ComparedTree {
  readonly fd: number;
  readonly lower: UnionFolder;
  /** True for a whole tree; false for an overlay's upper folder, through which the layers show. */
  readonly whole: boolean;
}

/**
 * Tells how a tree differs from the layers below it, by the rules of `docker diff`: a file differs in mode,
 * owner, device, size, time or capabilities; a folder in mode, owner or capabilities only.
 */
export function compareTrees(tree: ComparedTree, visitor: ComparisonVisitor): void {
  compareFolder({ ...tree, path: "", announce: () => undefined }, visitor);
}

interface Folder extends ComparedTree {
  readonly path: ByteString;
  /** Reports the folder and those above it, once, before the first change inside. */
  readonly announce: () => void;
}

const NOTHING = new UnionFolder([]);

function compareFolder(folder: Folder, visitor: ComparisonVisitor): void {
  const whole = folder.whole || isOpaque(folder.fd);
  const own = sortedNames(folder.fd);
  const names = whole ? [...new Set([...own, ...folder.lower.names()])].sort(compareNames) : own;
  for (const name of names) {
    const stat = statAtIfExists(folder.fd, toBytePath(name));
    const below = folder.lower.lookup(name);
    if (stat !== undefined && !isWhiteoutNode(stat)) {
      const node: TreeNode = { path: joinPath(folder.path, name), name, parentFd: folder.fd, stat };
      compareNode({ ...folder, whole }, { node, below }, visitor);
    } else if (below !== undefined) {
      folder.announce();
      visitor.deleted(joinPath(folder.path, name));
    }
  }
}

function compareNode(
  folder: Folder,
  pair: { readonly node: TreeNode; readonly below: UnionEntry | undefined },
  visitor: ComparisonVisitor,
): void {
  const { node, below } = pair;
  const kind = below === undefined ? "add" : differs(node, below) ? "modify" : undefined;
  let announced = kind !== undefined;
  if (kind !== undefined) {
    folder.announce();
    visitor.changed(node, kind);
  }
  if (!isFolderMode(node.stat.mode)) return;
  const fd = openFolder(folder.fd, toBytePath(node.name));
  if (fd === undefined) return;
  try {
    const announce = (): void => {
      if (announced) return;
      announced = true;
      folder.announce();
      visitor.changed(node, "inside");
    };
    const lower = below?.folder ?? NOTHING;
    compareFolder({ fd, lower, whole: folder.whole, path: node.path, announce }, visitor);
  } finally {
    closeFd(fd);
  }
}

function differs(node: TreeNode, below: UnionEntry): boolean {
  const [a, b] = [node.stat, below.stat];
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return true;
  if (a.rdevMajor !== b.rdevMajor || a.rdevMinor !== b.rdevMinor) return true;
  if (!isFolderMode(a.mode) && (a.size !== b.size || !sameTime(a, b))) return true;
  return (a.mode & S_IFMT) === S_IFREG && !sameCapability(node, below);
}

/** Times are equal when one of them has whole seconds only, as an archive keeps them. */
function sameTime(a: FileStat, b: FileStat): boolean {
  if (a.mtimeSec !== b.mtimeSec) return false;
  return a.mtimeNsec === b.mtimeNsec || a.mtimeNsec === 0 || b.mtimeNsec === 0;
}

const CAPABILITY = "security.capability";

function sameCapability(node: TreeNode, below: UnionEntry): boolean {
  const fd = openAt(node.parentFd, toBytePath(node.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const mine = getXattr(fd, CAPABILITY) ?? new Uint8Array();
    const theirs = getXattr(toBytePath(below.at), CAPABILITY) ?? new Uint8Array();
    return Buffer.compare(mine, theirs) === 0;
  } finally {
    closeFd(fd);
  }
}
