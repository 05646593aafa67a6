import type { ByteString } from "../archive/index.ts";
import { EngineError } from "../base/index.ts";
import {
  AT_FDCWD,
  type BytePath,
  closeFd,
  copyFileRange,
  fchmod,
  fchown,
  isErrno,
  mknodAt,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_WRONLY,
  openAt,
  openIn,
  S_IFCHR,
  S_IFMT,
  S_IFREG,
  statAtIfExists,
} from "../host/index.ts";
import { hostPath, toBytePath } from "./byte-names.ts";
import { badEntry } from "./errors.ts";
import { readXattrs, setTimes, setXattrs } from "./file-attributes.ts";
import { readLayerFacts, type UnresolvedLink } from "./layer-facts.ts";
import { isFolderMode } from "./tree-walk.ts";
import { type UnionEntry, UnionFolder } from "./union-folder.ts";
import { isOpaque, setOpaque } from "./whiteout.ts";

/**
 * Completes a layer with what its tar leaves to the layers below: folders without an entry keep their owner,
 * mode, times and attributes; hard links to files down there become copies. True when it changed anything.
 */
export function settleOnParent(folder: string, lower: readonly string[]): boolean {
  const { implied, links } = readLayerFacts(folder);
  const hides = lower.length > 0 && isOpaque(`${folder}/fs`);
  if (!hides && links.length === 0 && (implied.length === 0 || lower.length === 0)) return false;
  const below = new UnionFolder(lower.map(hostPath));
  const root = openAt(AT_FDCWD, `${folder}/fs`, O_PATH | O_DIRECTORY);
  try {
    if (hides) hideBelow(root, below);
    for (const link of links) copyFromBelow(root, link, below);
    for (const path of implied) takeAttributes(root, path, path === "" ? topOf(lower) : below.find(path));
  } finally {
    closeFd(root);
  }
  return true;
}

/** The root folder of the topmost layer. */
function topOf(lower: readonly string[]): UnionEntry | undefined {
  const [top] = lower;
  if (top === undefined) return undefined;
  const at = hostPath(top);
  const slash = at.lastIndexOf("/");
  return new UnionFolder([at.slice(0, slash)]).lookup(at.slice(slash + 1));
}

/** Does for the root, which overlayfs never takes for opaque, what the mark does for any other folder. */
function hideBelow(root: number, below: UnionFolder): void {
  for (const name of below.names()) {
    const at = toBytePath(name);
    const own = statAtIfExists(root, at);
    if (own === undefined) mknodAt(root, at, S_IFCHR, 0);
    else if (isFolderMode(own.mode)) markOpaque(root, at);
  }
}

function markOpaque(root: number, name: BytePath): void {
  const fd = openAt(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    setOpaque(fd);
  } finally {
    closeFd(fd);
  }
}

function takeAttributes(root: number, path: ByteString, below: UnionEntry | undefined): void {
  if (below === undefined || !isFolderMode(below.stat.mode)) return;
  let fd: number;
  try {
    fd = openIn(root, path === "" ? "." : toBytePath(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return;
    throw error;
  }
  try {
    apply(fd, below);
  } finally {
    closeFd(fd);
  }
}

function copyFromBelow(root: number, link: UnresolvedLink, below: UnionFolder): void {
  const source = below.find(link.target);
  if (source === undefined || (source.stat.mode & S_IFMT) !== S_IFREG) {
    throw badEntry(link.path, "the hard link's target does not exist");
  }
  const input = openAt(AT_FDCWD, toBytePath(source.at), O_RDONLY | O_NOFOLLOW);
  try {
    const output = openIn(root, toBytePath(link.path), O_WRONLY | O_NOFOLLOW);
    try {
      for (let left = source.stat.size; left > 0; ) {
        const count = copyFileRange(input, output, left);
        if (count === 0) throw new EngineError("dataLoss", "a file of a layer is shorter than it was");
        left -= count;
      }
      apply(output, source);
    } finally {
      closeFd(output);
    }
  } finally {
    closeFd(input);
  }
}

function apply(fd: number, { stat, at }: UnionEntry): void {
  fchown(fd, stat.uid, stat.gid);
  fchmod(fd, stat.mode & 0o7777);
  setXattrs(fd, readXattrs(toBytePath(at)));
  setTimes(fd, stat.mtimeSec, stat.mtimeNsec);
}
