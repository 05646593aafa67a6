import { join } from "node:path";
import type { Store } from "../store/index.ts";

/** Where everything of one container lies. */
export interface ContainerPaths {
  /** Survives a reboot: upper, work, log, hosts, … */
  readonly folder: string;
  readonly log: string;
  readonly hostname: string;
  readonly hosts: string;
  readonly resolvConf: string;
  readonly shm: string;
  /** Of this boot only: bundle, sockets, pid files. */
  readonly runFolder: string;
  readonly bundle: string;
  readonly rootfs: string;
  readonly lock: string;
}

/** The paths of container `id`; nothing is created. */
export function containerPaths(store: Store, id: string): ContainerPaths {
  const folder = join(store.root, "containers", id);
  const runFolder = join(store.run, "containers", id);
  return {
    folder,
    log: join(folder, "container.log"),
    hostname: join(folder, "hostname"),
    hosts: join(folder, "hosts"),
    resolvConf: join(folder, "resolv.conf"),
    shm: join(runFolder, "shm"),
    runFolder,
    bundle: runFolder,
    rootfs: join(runFolder, "rootfs"),
    lock: join(store.run, "locks", `container-${id}`),
  };
}

/** Folder into which conmon writes exit codes. */
export function exitFolder(store: Store): string {
  return join(store.run, "exits");
}
