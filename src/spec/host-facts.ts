import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { cgroupFacts, cpuCount, kernelVersion, listMounts, memoryTotal } from "../host/index.ts";
import { decodeCapabilities } from "../runtime/index.ts";

/** The mount that a path of this host lies on. */
export interface MountPlace {
  readonly target: string;
  /** Such as `shared:1` or `master:2`. */
  readonly propagation: readonly string[];
}

/** What containers need to know of this machine. Each fact is read when it is first asked for. */
export interface HostFacts {
  readonly cgroup: 1 | 2 | "hybrid";
  /** Major and minor version. */
  readonly kernel: readonly [number, number];
  /** What this process may do itself, with `CAP_`. */
  readonly capabilities: readonly string[];
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** As the kernel writes it: `0-3,5`. */
  readonly onlineCpus: string;
  readonly memoryNodes: string;
  readonly appArmor: boolean;
  readonly hostname: string;
  /** A program to be process 1 of a container with `--init`. */
  readonly initPath: string | undefined;
  /** Files of the processors' thermal sensors that are there. */
  readonly thermalPaths: readonly string[];
  /** True when the block I/O controller can weigh. */
  readonly blockWeight: boolean;
  placeOf(path: string): MountPlace;
}

const INIT_PROGRAMS = [
  "/usr/bin/docker-init",
  "/usr/libexec/docker/docker-init",
  "/usr/bin/tini-static",
  "/usr/bin/catatonit",
  "/usr/libexec/podman/catatonit",
  "/usr/bin/tini",
  "/sbin/tini",
];

/** The facts of the machine this runs on. */
export function hostFacts(): HostFacts {
  return new RealHostFacts();
}

/** Where `path` is mounted: the longest target among `mounts` that holds it, the newest where two are equal. */
export function findPlace(
  path: string,
  mounts: readonly { readonly target: string; readonly propagation: readonly string[] }[],
): MountPlace {
  let best: MountPlace = { target: "/", propagation: [] };
  for (const mount of mounts) {
    const below = mount.target === "/" ? "/" : `${mount.target}/`;
    const holds = path === mount.target || path.startsWith(below);
    if (holds && mount.target.length >= best.target.length) best = mount;
  }
  return { target: best.target, propagation: best.propagation };
}

class RealHostFacts implements HostFacts {
  get cgroup(): 1 | 2 | "hybrid" {
    // Far quicker than reading the table of mounts, and these places are fixed by every init system.
    if (existsSync("/sys/fs/cgroup/cgroup.controllers")) return 2;
    return existsSync("/sys/fs/cgroup/unified") ? "hybrid" : 1;
  }

  get kernel(): readonly [number, number] {
    const [major = 0, minor = 0] = kernelVersion().split(/[.-]/).map(Number);
    return [major, minor];
  }

  get capabilities(): readonly string[] {
    const match = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return decodeCapabilities(match?.[1] ?? "0");
  }

  get cpus(): number {
    return cpuCount();
  }

  get memory(): number {
    return memoryTotal();
  }

  get onlineCpus(): string {
    return readText("/sys/devices/system/cpu/online") ?? `0-${cpuCount() - 1}`;
  }

  get memoryNodes(): string {
    return readText("/sys/devices/system/node/online") ?? "0";
  }

  get appArmor(): boolean {
    return readText("/sys/module/apparmor/parameters/enabled") === "Y";
  }

  get hostname(): string {
    return hostname();
  }

  get initPath(): string | undefined {
    return INIT_PROGRAMS.find((path) => existsSync(path));
  }

  get thermalPaths(): readonly string[] {
    const found: string[] = [];
    for (const cpu of parseIdList(readText("/sys/devices/system/cpu/possible") ?? "0")) {
      const path = `/sys/devices/system/cpu/cpu${cpu}/thermal_throttle`;
      if (existsSync(path)) found.push(path);
    }
    return found;
  }

  get blockWeight(): boolean {
    const { version, mountpoints } = cgroupFacts();
    if (version === 2) return cgroupFacts().controllers.includes("io");
    const folder = mountpoints.get("blkio");
    return ["blkio.weight", "blkio.bfq.weight"].some((name) => existsSync(`${folder}/${name}`));
  }

  placeOf(path: string): MountPlace {
    return findPlace(path, listMounts());
  }
}

/** The numbers of a list such as `0-3,5` (cpuset(7), list format); undefined when `text` is none. */
export function readIdList(text: string): ReadonlySet<number> | undefined {
  const ids = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim());
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return undefined;
    for (let id = first; id <= last; id++) ids.add(id);
  }
  return ids;
}

function parseIdList(text: string): Iterable<number> {
  return readIdList(text) ?? [];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
