import { EngineError } from "../base/index.ts";

// A later option undoes an earlier one with the same key.
const FLAGS: Readonly<Record<string, string>> = {
  ro: "ro",
  rw: "ro",
  suid: "suid",
  nosuid: "suid",
  dev: "dev",
  nodev: "dev",
  exec: "exec",
  noexec: "exec",
  sync: "sync",
  async: "sync",
  dirsync: "dirsync",
  remount: "remount",
  mand: "mand",
  nomand: "mand",
  atime: "atime",
  noatime: "atime",
  diratime: "diratime",
  nodiratime: "diratime",
  relatime: "relatime",
  norelatime: "relatime",
  strictatime: "strictatime",
  nostrictatime: "strictatime",
  private: "propagation",
  rprivate: "propagation",
  shared: "propagation",
  rshared: "propagation",
  slave: "propagation",
  rslave: "propagation",
  unbindable: "propagation",
  runbindable: "propagation",
};
const VALUES = new Set(["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"]);

/** Reads the options of `--tmpfs`. Throws `invalidArgument` (`invalid tmpfs option "x"`). */
export function parseTmpfsOptions(text: string): readonly string[] {
  const options = text.split(",").filter((option) => option !== "");
  for (const option of options) {
    if (keyOf(option) === undefined) {
      throw new EngineError("invalidArgument", `invalid tmpfs option ${JSON.stringify(option)}`);
    }
  }
  return options;
}

/** `asked` after `defaults`, of each key only the last. */
export function mergeTmpfsOptions(defaults: readonly string[], asked: readonly string[]): readonly string[] {
  const all = [...defaults, ...asked];
  return all.filter((option, at) => !all.slice(at + 1).some((later) => keyOf(later) === keyOf(option)));
}

function keyOf(option: string): string | undefined {
  const at = option.indexOf("=");
  if (at < 0) return Object.hasOwn(FLAGS, option) ? FLAGS[option] : undefined;
  const key = option.slice(0, at);
  return VALUES.has(key) ? key : undefined;
}
