import type { ByteString } from "../../archive/index.ts";
import { EngineError } from "../../base/index.ts";
import {
  AT_FDCWD,
  closeFd,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  openAt,
  readFd,
  readlinkAt,
} from "../../host/index.ts";
import { fromBytes, toBytePath, type UnionEntry, type UnionFolder } from "../../snapshot/index.ts";
import { kindOf } from "./node-facts.ts";
import { resolvePath } from "./resolve-path.ts";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const LARGEST_ID = 0xfffffffe;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads `user[:group]` as BuildKit does: a number alone is also the group, a name's group is its primary one.
 * `warn` is told of names that the root file system does not know: as with BuildKit, they are not taken for an error.
 */
export function resolveOwner(
  text: string,
  root: UnionFolder,
  warn: (message: string) => void,
): Owner | undefined {
  if (text === "") return undefined;
  const [user = "", ...rest] = text.split(":");
  const owner = findUser(user, root, warn);
  if (rest.length === 0) return owner;
  const group = rest.join(":");
  return { uid: owner.uid, gid: findGroup(group, root, warn) ?? owner.gid };
}

function findUser(text: string, root: UnionFolder, warn: (message: string) => void): Owner {
  if (text === "") return { uid: 0, gid: 0 };
  const id = readId(text);
  if (id !== undefined) return { uid: id, gid: id };
  for (const line of linesOf(root, "etc/passwd")) {
    const [name, , uid = "", gid = ""] = line.split(":");
    if (name === text && /^\d+$/.test(uid)) return { uid: Number(uid), gid: Number(gid) || 0 };
  }
  warn(`no user "${text}" in /etc/passwd of the image: 0 is used`);
  return { uid: 0, gid: 0 };
}

function findGroup(text: string, root: UnionFolder, warn: (message: string) => void): number | undefined {
  if (text === "") return 0;
  const id = readId(text);
  if (id !== undefined) return id;
  for (const line of linesOf(root, "etc/group")) {
    const [name, , gid = ""] = line.split(":");
    if (name === text && /^\d+$/.test(gid)) return Number(gid);
  }
  warn(`no group "${text}" in /etc/group of the image: the user's own is used`);
  return undefined;
}

function readId(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const id = Number(text);
  if (id > LARGEST_ID) throw new EngineError("invalidArgument", `user or group ID ${text} is out of range`);
  return id;
}

/** Lines of a file of the root file system, links followed inside it; none when there is no such file. */
function linesOf(root: UnionFolder, path: ByteString): string[] {
  const entry = root.find(resolvePath(path, (at) => linkFacts(root.find(at))));
  if (entry === undefined || kindOf(entry.stat) !== "file") return [];
  const fd = openAt(AT_FDCWD, toBytePath(entry.at), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(Math.min(entry.stat.size, MOST_BYTES));
    let length = 0;
    for (let count = 1; count > 0 && length < bytes.length; length += count)
      count = readFd(fd, bytes, length);
    return bytes
      .toString("utf8", 0, length)
      .split("\n")
      .map((line) => line.trim());
  } finally {
    closeFd(fd);
  }
}

function linkFacts(
  entry: UnionEntry | undefined,
): { readonly kind: string; readonly link: ByteString } | undefined {
  if (entry === undefined) return undefined;
  const kind = kindOf(entry.stat);
  const link = kind === "symlink" ? fromBytes(readlinkAt(AT_FDCWD, toBytePath(entry.at))) : "";
  return { kind, link };
}
