import { posix } from "node:path";
import { type ByteString, toByteString, toText } from "../archive/index.ts";
import { EngineError } from "../base/index.ts";
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  closeFd,
  isErrno,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  openAt,
  readlinkAt,
  S_IFLNK,
  S_IFMT,
  setNonBlocking,
  statAt,
  writeAllFd,
} from "../host/index.ts";
import { fromBytes, joinPath, toBytePath } from "./byte-names.ts";
import { enterPlace, type TreePlace } from "./enter-place.ts";
import { baseName, parentPath } from "./entry-path.ts";
import { createBatchedSink } from "./pack-job.ts";
import { TreeStream } from "./tree-stream.ts";
import { isFolderMode, type TreeNode, walkTree } from "./tree-walk.ts";

/** Tell what is at a path of a file system and, if asked, write a tar of it to standard output. */
export interface CopyOutJob {
  readonly job: "copy-out";
  readonly place: TreePlace;
  /** Absolute; a trailing `/` or `/.` means what a symbolic link leads to. */
  readonly path: string;
  readonly archive: boolean;
}

/** What was found at a path. */
export interface CopyOutReport {
  /** The last name of the path as asked for. */
  readonly name: string;
  readonly size: number;
  /** Unix mode with its type. */
  readonly mode: number;
  readonly mtimeSec: number;
  readonly mtimeNsec: number;
  /** Where a symbolic link leads, absolute; else empty. */
  readonly linkTarget: string;
}

/** Does the job; the process stays in the other file system. */
export function runCopyOutJob({ place, path, archive }: CopyOutJob): CopyOutReport {
  setNonBlocking(1, false);
  enterPlace(place);
  const clean = toByteString(path).replace(/(?:\/\.?)+$/, "");
  const follow = clean.length < path.length;
  const at = clean === "" ? "/" : toBytePath(clean);
  const stat = found(path, () => statAt(AT_FDCWD, at, follow ? 0 : AT_SYMLINK_NOFOLLOW));
  const name = nameOf(path, clean);
  if (follow && !isFolderMode(stat.mode) && path.endsWith("/")) throw notFolder(path);
  if (archive) writeArchive({ at: clean, name: toByteString(name), follow });
  const { size, mode, mtimeSec, mtimeNsec } = stat;
  const linkTarget = (mode & S_IFMT) === S_IFLNK ? linkOf(clean) : "";
  return { name, size, mode, mtimeSec, mtimeNsec, linkTarget };
}

/** Docker names entries after the last element of the path: `.` for `dir/.`, `/` for the root. */
function nameOf(path: string, clean: ByteString): string {
  if (path.endsWith("/.")) return ".";
  if (clean === "") return "/";
  return toText(baseName(clean));
}

function found<T>(path: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (isErrno(error, "ENOENT")) throw new EngineError("notFound", `no such file or directory: ${path}`);
    if (isErrno(error, "ENOTDIR")) throw notFolder(path);
    throw error;
  }
}

function notFolder(path: string): EngineError {
  return new EngineError("invalidArgument", `lstat ${path}: not a directory`);
}

function linkOf(path: ByteString): string {
  const target = fromBytes(readlinkAt(AT_FDCWD, toBytePath(path)));
  return toText(posix.resolve(`/${parentPath(path)}`, target));
}

// What the kernel shows there has no end and no sizes; Docker leaves these folders empty as well.
const OF_THE_KERNEL: ReadonlySet<string> = new Set(["/dev", "/proc", "/sys"]);

/** The tree of a running container changes while it is read: what vanishes is passed over. */
function unlessGone(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ELOOP", "ENOTDIR", "ENXIO", "ESRCH")) throw error;
  }
}

interface Archived {
  readonly at: ByteString;
  readonly name: ByteString;
  readonly follow: boolean;
}

function writeArchive({ at, name, follow }: Archived): void {
  const sink = createBatchedSink((bytes) => writeAllFd(1, bytes));
  const stream = new TreeStream(sink.write);
  const parentFd = openAt(
    AT_FDCWD,
    parentPath(at) === "" ? "/" : toBytePath(parentPath(at)),
    O_PATH | O_DIRECTORY,
  );
  const inParent = at === "" ? "." : baseName(at);
  const stat = statAt(parentFd, toBytePath(inParent), follow ? 0 : AT_SYMLINK_NOFOLLOW);
  const top: TreeNode = { path: name === "/" ? "" : name, name: inParent, parentFd, stat };
  if (isFolderMode(stat.mode)) {
    const fd = openAt(
      parentFd,
      follow ? toBytePath(`${inParent}/.`) : toBytePath(inParent),
      O_RDONLY | O_DIRECTORY,
    );
    stream.node({ ...top, name: ".", parentFd: fd });
    const shows = (path: ByteString) => !OF_THE_KERNEL.has(`/${joinPath(at.replace(/^\//, ""), path)}`);
    if (shows("")) {
      walkTree(fd, {
        node: (node) => unlessGone(() => stream.node({ ...node, path: joinPath(top.path, node.path) })),
        wants: ({ path }) => shows(path),
      });
    }
    closeFd(fd);
  } else {
    stream.node(top);
  }
  stream.end();
  sink.flush();
}
