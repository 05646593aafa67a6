import {
  AT_FDCWD,
  CLONE_FS,
  CLONE_NEWNS,
  chroot,
  closeFd,
  O_RDONLY,
  openAt,
  setns,
  unshare,
} from "../host/index.ts";

/** A file system to work in: that of a running process, mounts and all, or a mounted folder. */
export type TreePlace =
  | { readonly kind: "process"; readonly pid: number }
  | { readonly kind: "folder"; readonly path: string };

/** Makes the place the root of this process, for good: no path can lead out of it afterwards. */
export function enterPlace(place: TreePlace): void {
  if (place.kind === "folder") {
    chroot(place.path);
    return;
  }
  const namespace = openAt(AT_FDCWD, `/proc/${place.pid}/ns/mnt`, O_RDONLY);
  unshare(CLONE_FS);
  setns(namespace, CLONE_NEWNS);
  closeFd(namespace);
}
