import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  CLONE_FS,
  CLONE_NEWNS,
  chroot,
  chrootInto,
  closeFd,
  isErrno,
  MS_BIND,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  makeIn,
  mount,
  O_DIRECTORY,
  O_PATH,
  O_RDONLY,
  openAt,
  openIn,
  S_IFDIR,
  S_IFMT,
  setns,
  statAt,
  unshare,
} from "../host/index.ts";

/** Something of the host to be seen inside a folder. */
export interface PlaceMount {
  readonly source: string;
  /** A path below the source that is meant instead of it; no link in it leads out of the source. */
  readonly part?: string;
  /** Absolute, inside the folder; made when it is not there. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** A file system to work in: that of a running process, mounts and all, or a mounted folder with mounts of its own. */
export type TreePlace =
  | { readonly kind: "process"; readonly pid: number }
  | { readonly kind: "folder"; readonly path: string; readonly mounts?: readonly PlaceMount[] };

/** Makes the place the root of this process, for good: no path can lead out of it afterwards. */
export function enterPlace(place: TreePlace): void {
  if (place.kind === "folder") {
    addMounts(place.path, place.mounts ?? []);
    chroot(place.path);
    return;
  }
  const namespace = openAt(AT_FDCWD, `/proc/${place.pid}/ns/mnt`, O_RDONLY);
  // The root of the namespace need not be that of the process: it is the host's where the engine runs in a chroot.
  const root = openAt(AT_FDCWD, `/proc/${place.pid}/root`, O_PATH | O_DIRECTORY);
  unshare(CLONE_FS);
  setns(namespace, CLONE_NEWNS);
  chrootInto(root);
  closeFd(namespace);
  closeFd(root);
}

/** Mounts in a namespace of this process only, so that nothing of it is left when the process is gone. */
function addMounts(root: string, mounts: readonly PlaceMount[]): void {
  if (mounts.length === 0) return;
  unshare(CLONE_NEWNS | CLONE_FS);
  mount("none", "/", undefined, MS_REC | MS_PRIVATE);
  const depth = ({ target }: PlaceMount) => target.split("/").filter(Boolean).length;
  for (const each of [...mounts].sort((a, b) => depth(a) - depth(b))) addMount(root, each);
}

function addMount(root: string, { source, part, target, readOnly }: PlaceMount): void {
  // Opened anew for each: the one before may lie above this one.
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  const sourceFd = openSource(source, part);
  if (sourceFd === undefined) return;
  try {
    const isFolder = (statAt(sourceFd, "", AT_EMPTY_PATH).mode & S_IFMT) === S_IFDIR;
    makeIn(rootFd, target, isFolder ? "folder" : "file");
    withInner(rootFd, target, (path) =>
      mount(`/proc/self/fd/${sourceFd}`, path, undefined, MS_BIND | MS_REC),
    );
    // Reached by a new walk: the old descriptor means what lies below the mount.
    if (readOnly) {
      withInner(rootFd, target, (path) => mount("none", path, undefined, MS_REMOUNT | MS_BIND | MS_RDONLY));
    }
  } finally {
    closeFd(sourceFd);
    closeFd(rootFd);
  }
}

/** A source that is gone from the host has nothing to show. */
function openSource(source: string, part = ""): number | undefined {
  try {
    const fd = openAt(AT_FDCWD, source, O_PATH);
    if (part === "") return fd;
    try {
      return openIn(fd, part, O_PATH);
    } finally {
      closeFd(fd);
    }
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

function withInner(rootFd: number, path: string, section: (path: string) => void): void {
  const fd = openIn(rootFd, path, O_PATH);
  try {
    section(`/proc/self/fd/${fd}`);
  } finally {
    closeFd(fd);
  }
}
