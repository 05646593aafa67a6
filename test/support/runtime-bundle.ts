import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const COMMANDS = "sh true cat echo sleep kill stty seq ls head wc dd od grep test";

/** Makes a root file system with busybox for tests of the runtime alone. */
export function makeBusyboxRoot(rootfs: string): void {
  for (const folder of ["bin", "proc", "dev", "sys", "tmp"])
    mkdirSync(join(rootfs, folder), { recursive: true });
  copyFileSync("/bin/busybox", join(rootfs, "bin/busybox"));
  for (const name of COMMANDS.split(" ")) symlinkSync("busybox", join(rootfs, "bin", name));
}

/** The `process` of a `config.json`. */
export function processSpec(args: readonly string[], terminal = false) {
  return {
    terminal,
    user: { uid: 0, gid: 0 },
    args,
    env: ["PATH=/bin", "TERM=xterm"],
    cwd: "/",
    capabilities: { bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"] },
  };
}

export interface BundleRequest {
  readonly rootfs: string;
  readonly cgroup: string;
  readonly args: readonly string[];
  readonly terminal?: boolean;
  /** Bytes. */
  readonly memory?: number;
}

/** A small `config.json`, with namespaces of its own and no network. */
export function bundleSpec({ rootfs, cgroup, args, terminal = false, memory }: BundleRequest) {
  return {
    ociVersion: "1.0.2",
    process: processSpec(args, terminal),
    root: { path: rootfs },
    hostname: "box",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["mode=755"] },
      {
        destination: "/dev/pts",
        type: "devpts",
        source: "devpts",
        options: ["newinstance", "ptmxmode=0666", "mode=0620"],
      },
    ],
    linux: {
      cgroupsPath: cgroup,
      ...(memory === undefined ? {} : { resources: { memory: { limit: memory, swap: memory } } }),
      namespaces: ["pid", "mount", "ipc", "uts", "network"].map((type) => ({ type })),
    },
  };
}
