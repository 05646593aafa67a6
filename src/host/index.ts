export {
  type FileTimes,
  fchmod,
  fchmodAt,
  fchown,
  fchownAt,
  linkAt,
  mkdirAt,
  mknodAt,
  openAt,
  readlinkAt,
  renameAt2,
  symlinkAt,
  unlinkAt,
  utimensAt,
} from "./at-files.ts";
export { bindInside, removePlace } from "./bind-inside.ts";
export { bindPort, type Transport } from "./bind-port.ts";
export {
  type CgroupFacts,
  cgroupFacts,
  cgroupFolders,
  cgroupFoldersOf,
  everyCgroupFolder,
} from "./cgroup-facts.ts";
export type { DeviceCounter } from "./cgroup-file.ts";
export { prepareCgroupMove } from "./cgroup-move.ts";
export { type CgroupStats, readCgroupStats, readOomKills } from "./cgroup-stats.ts";
export { chroot, chrootInto, fchdir, openIn, setns, unshare } from "./confine.ts";
export {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUTS,
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  MS_BIND,
  MS_MOVE,
  MS_NOATIME,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_TMPFILE,
  O_TRUNC,
  O_WRONLY,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  SEEK_CUR,
  SEEK_DATA,
  SEEK_END,
  SEEK_HOLE,
  SEEK_SET,
} from "./constants.ts";
export { majorOf, makedev, minorOf } from "./device.ts";
export { closeFdStore, type FdStore, type NamedFd, openFdStore, putFd, takeFds } from "./fd-store.ts";
export {
  closeFd,
  copyFileRange,
  fallocate,
  ficlone,
  fsync,
  ftruncate,
  lseek,
  openPipe,
  preadFd,
  readAvailable,
  readFd,
  syncFileRange,
  syncFs,
  writeAllFd,
  writeFd,
} from "./file-io.ts";
export { acquireLock, type Lock, type LockOptions, tryLock } from "./lock.ts";
export { makeIn } from "./make-in.ts";
export { mount, type UnmountOptions, unmount } from "./mount.ts";
export { isMountPoint, listMounts, type MountInfo } from "./mount-info.ts";
export { mountOverlay, type OverlayLayers } from "./overlay-mount.ts";
export { openPidfd, pidfdGetFd, pidfdSendSignal, waitPidfd } from "./pidfd.ts";
export { setChildSubreaper, setNonBlocking, setParentDeathSignal, umask } from "./process-control.ts";
export { isSameProcess, listProcessesInCgroup, processStartTime } from "./process-info.ts";
export { type DirectoryEntry, type EntryType, namesIn, readDir } from "./read-dir.ts";
export { type ReadRegular, readRegular, readRegularIn } from "./read-regular.ts";
export { type RunOptions, type RunResult, run, runSync } from "./run.ts";
export { self } from "./self.ts";
export { connectSeqpacket, receivePacket, sendPacket, shutdownWrite } from "./seqpacket.ts";
export { spreadFolders } from "./spread-folders.ts";
export { type FileStat, statAt, statAtIfExists } from "./stat-at.ts";
export { type BytePath, isErrno, SyscallError, syscallError } from "./syscall-error.ts";
export { cpuCount, kernelVersion, memoryTotal, systemCpuNs } from "./system-facts.ts";
export { type ReadableWait, waitReadable } from "./wait-readable.ts";
export { type FolderWatch, type WatchOptions, watchFolder } from "./watch-folder.ts";
export {
  getXattr,
  listXattr,
  removeXattr,
  setXattr,
  type XattrOptions,
  type XattrTarget,
} from "./xattr.ts";
