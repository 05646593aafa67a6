import type { ByteString } from "../archive/index.ts";
import {
  AT_FDCWD,
  closeFd,
  fchmod,
  fchown,
  linkAt,
  mkdirAt,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_WRONLY,
  openAt,
  statAtIfExists,
  syncFs,
  umask,
} from "../host/index.ts";
import { toBytePath } from "./byte-names.ts";
import { explainFullDisk } from "./errors.ts";
import { readXattrs, setTimes, setXattrs } from "./file-attributes.ts";
import { readLayerFacts } from "./layer-facts.ts";
import { isFolderMode, type TreeNode, walkTree, withFolder } from "./tree-walk.ts";
import { isOpaque, setOpaque } from "./whiteout.ts";

/** Make a second folder of a finished layer, with the same files. */
export interface RestackJob {
  readonly job: "restack";
  /** Absolute path of the layer's folder. */
  readonly from: string;
  /** Absolute path of the new layer's folder, which holds an empty `fs`. */
  readonly folder: string;
}

/** Does the job: folders are made anew, everything else is linked. Nothing is read. */
export function runRestackJob({ from, folder }: RestackJob): Record<string, never> {
  umask(0);
  const placeholders = new Set(readLayerFacts(from).links.map(({ path }) => `fs/${path}`));
  process.chdir(folder);
  try {
    withFolder(from, (fd) => {
      linkTree(fd, placeholders);
      syncFs(fd);
    });
    return {};
  } catch (error) {
    throw explainFullDisk("the layer", error);
  }
}

function linkTree(fromFd: number, placeholders: ReadonlySet<ByteString>): void {
  const times: TreeNode[] = [];
  walkTree(fromFd, {
    node(node) {
      const { stat, parentFd, name, path } = node;
      const at = toBytePath(path);
      if (isFolderMode(stat.mode)) {
        if (statAtIfExists(AT_FDCWD, at) === undefined) mkdirAt(AT_FDCWD, at, 0o700);
        times.push(node);
      } else if (placeholders.has(path)) {
        // Filled from the new parent, so it must be a file of its own.
        closeFd(openAt(AT_FDCWD, at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0));
      } else {
        linkAt(parentFd, toBytePath(name), AT_FDCWD, at);
      }
    },
    enter: ({ path, stat }, fd) => copyAttributes(fd, path, stat),
  });
  for (const { path, stat } of times) setTimes(toBytePath(path), stat.mtimeSec, stat.mtimeNsec);
}

function copyAttributes(fd: number, path: ByteString, stat: TreeNode["stat"]): void {
  const target = openAt(AT_FDCWD, toBytePath(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    fchown(target, stat.uid, stat.gid);
    fchmod(target, stat.mode & 0o7777);
    setXattrs(target, readXattrs(fd));
    if (isOpaque(fd)) setOpaque(target);
  } finally {
    closeFd(target);
  }
}
