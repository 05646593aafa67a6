import {
  MS_BIND,
  MS_NOATIME,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
} from "../host/index.ts";

/** Options as mount(8) takes them, in the form that mount(2) takes them. */
export interface MountOptions {
  readonly flags: number;
  /** How mounts spread to and from it; set by a call of its own. */
  readonly propagation: number;
  /** What is the file system's own business, comma-separated. */
  readonly data: string;
}

const MS_SYNCHRONOUS = 16;
const MS_DIRSYNC = 128;
const MS_NODIRATIME = 2048;
const MS_STRICTATIME = 1 << 24;

const SET: Readonly<Record<string, number>> = {
  ro: MS_RDONLY,
  nosuid: MS_NOSUID,
  nodev: MS_NODEV,
  noexec: MS_NOEXEC,
  sync: MS_SYNCHRONOUS,
  dirsync: MS_DIRSYNC,
  noatime: MS_NOATIME,
  nodiratime: MS_NODIRATIME,
  relatime: MS_RELATIME,
  strictatime: MS_STRICTATIME,
  bind: MS_BIND,
  rbind: MS_BIND | MS_REC,
};

const CLEAR: Readonly<Record<string, number>> = {
  rw: MS_RDONLY,
  suid: MS_NOSUID,
  dev: MS_NODEV,
  exec: MS_NOEXEC,
  async: MS_SYNCHRONOUS,
  atime: MS_NOATIME,
  diratime: MS_NODIRATIME,
  norelatime: MS_RELATIME,
  nostrictatime: MS_STRICTATIME,
};

const PROPAGATION: Readonly<Record<string, number>> = {
  private: MS_PRIVATE,
  rprivate: MS_PRIVATE | MS_REC,
  shared: MS_SHARED,
  rshared: MS_SHARED | MS_REC,
  slave: MS_SLAVE,
  rslave: MS_SLAVE | MS_REC,
  unbindable: MS_UNBINDABLE,
  runbindable: MS_UNBINDABLE | MS_REC,
};

/** Reads `ro,bind,size=1m`; a later option wins over an earlier one of the same kind. */
export function parseMountOptions(text: string): MountOptions {
  let flags = 0;
  let propagation = 0;
  const data: string[] = [];
  for (const option of text.split(",").filter((part) => part !== "" && part !== "defaults")) {
    if (option in SET) flags |= SET[option] ?? 0;
    else if (option in CLEAR) flags &= ~(CLEAR[option] ?? 0);
    else if (option in PROPAGATION) propagation = PROPAGATION[option] ?? 0;
    else data.push(option);
  }
  return { flags, propagation, data: data.join(",") };
}
