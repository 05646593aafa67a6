import { EngineError } from "../base/index.ts";
import type { RuntimeMount } from "../runtime/index.ts";
import { DEFAULT_MOUNTS } from "./default-mounts.ts";
import type { HostFacts } from "./host-facts.ts";
import { INIT_TARGET } from "./process.ts";
import { parseSecurityOptions } from "./security-options.ts";
import type { SpecInput } from "./spec-input.ts";
import { mergeTmpfsOptions, parseTmpfsOptions } from "./tmpfs-options.ts";
import type { MountPoint } from "./types.ts";

// mount_setattr(2) of Linux 5.12 makes a whole tree of mounts read-only.
const RECURSIVE_READ_ONLY = [5, 12] as const;
const TMPFS_DEFAULTS = ["noexec", "nosuid", "nodev", "rprivate"];

/** All mounts of a container in the order in which they are made: the kernel's file systems, then the user's from the root down. */
export function toMounts(input: SpecInput): readonly RuntimeMount[] {
  const { container, facts } = input;
  const asked = [
    ...toTmpfs(input),
    ...container.mounts.map((point) => toPointMount(point, input)),
    ...toEngineMounts(input),
  ];
  asked.sort((a, b) => depth(a.destination) - depth(b.destination));
  const hidden = new Set(asked.map(({ destination }) => destination));
  const defaults = DEFAULT_MOUNTS.filter(({ destination }) => {
    if (hidden.has(destination)) return false;
    if (destination === "/dev/shm" && container.hostConfig.IpcMode === "none") return false;
    return !(hidden.has("/dev") && destination.startsWith("/dev/"));
  });
  const init = container.hostConfig.Init ? [initMount(facts.initPath)] : [];
  return [...defaults.map((mount) => adaptDefault(mount, input)), ...init, ...asked];
}

function adaptDefault(mount: RuntimeMount, { container }: SpecInput): RuntimeMount {
  const { Privileged, SecurityOpt, ShmSize } = container.hostConfig;
  const writable =
    (mount.type === "sysfs" && Privileged) ||
    (mount.type === "cgroup" && (Privileged || parseSecurityOptions(SecurityOpt ?? []).writableCgroups));
  if (writable) return { ...mount, options: mount.options.filter((option) => option !== "ro") };
  return mount.source === "shm" ? { ...mount, options: [...mount.options, `size=${ShmSize}`] } : mount;
}

function initMount(path: string | undefined): RuntimeMount {
  if (path === undefined) {
    throw new EngineError("unavailable", 'exec: "docker-init": executable file not found in $PATH', {
      hint: "install the package tini or catatonit to use --init",
    });
  }
  return { destination: INIT_TARGET, type: "bind", source: path, options: ["bind", "ro"] };
}

function toTmpfs({ container }: SpecInput): RuntimeMount[] {
  return Object.entries(container.hostConfig.Tmpfs ?? {}).map(([target, options]) => ({
    destination: target,
    type: "tmpfs",
    source: "tmpfs",
    options: mergeTmpfsOptions(TMPFS_DEFAULTS, parseTmpfsOptions(options)),
  }));
}

// The files of the engine and shared memory that other containers see too.
function toEngineMounts(input: SpecInput): RuntimeMount[] {
  const { container, files } = input;
  const taken = new Set(container.mounts.map(({ Destination: target }) => target));
  for (const target of Object.keys(container.hostConfig.Tmpfs ?? {})) taken.add(target);
  const readOnly = container.hostConfig.ReadonlyRootfs ? [readOnlyOption(input)] : [];
  const shm = shmSource(input);
  const mounts: [string, string | undefined, readonly string[]][] = [
    ["/dev/shm", shm, []],
    ["/etc/resolv.conf", files.resolvConf, readOnly],
    ["/etc/hostname", files.hostname, readOnly],
    ["/etc/hosts", files.hosts, readOnly],
  ];
  return mounts.flatMap(([destination, source, options]) => {
    if (source === undefined || taken.has(destination)) return [];
    return [{ destination, type: "bind", source, options: ["rbind", ...options, "rprivate"] }];
  });
}

function shmSource({ container, shmPath }: SpecInput): string | undefined {
  const mode = container.hostConfig.IpcMode;
  if (mode === "host") return "/dev/shm";
  return mode === "shareable" || mode.startsWith("container:") ? shmPath : undefined;
}

function toPointMount(point: MountPoint, input: SpecInput): RuntimeMount {
  const { Type: type, Destination: destination, RW: writable, Propagation: propagation, request } = point;
  if (type === "tmpfs") return tmpfsMount(point);
  const { NonRecursive, ReadOnlyNonRecursive, ReadOnlyForceRecursive } = request?.BindOptions ?? {};
  const option = readOnlyOption(input);
  if (!writable && ReadOnlyForceRecursive && option === "ro") {
    throw new EngineError("unavailable", "recursively read-only mounts need Linux 5.12 or newer");
  }
  const readOnly = writable ? [] : [ReadOnlyNonRecursive ? "ro" : option];
  return {
    destination,
    type: "bind",
    source: sourceOf(point, input),
    options: [NonRecursive ? "bind" : "rbind", ...readOnly, ...(propagation === "" ? [] : [propagation])],
  };
}

function sourceOf(point: MountPoint, { sources }: SpecInput): string {
  const { Type: type, Destination: destination, Source: source, request } = point;
  const found = sources.get(destination);
  const needsLookup = type === "image" || Boolean(request?.VolumeOptions?.Subpath);
  if (found === undefined && needsLookup) {
    throw new EngineError("internal", `the source of the mount at ${destination} was not prepared`);
  }
  return found ?? source;
}

function tmpfsMount({ Destination: destination, RW: writable, request }: MountPoint): RuntimeMount {
  const { SizeBytes: size, Mode: mode } = request?.TmpfsOptions ?? {};
  const options = [
    ...TMPFS_DEFAULTS,
    ...(writable ? [] : ["ro"]),
    ...(mode ? [`mode=${mode.toString(8)}`] : []),
    ...(size ? [`size=${size}`] : []),
  ];
  return { destination, type: "tmpfs", source: "tmpfs", options };
}

/** The option that makes a mount read-only, with all that is mounted below it where the kernel can. */
export function readOnlyOption({ facts }: { readonly facts: Pick<HostFacts, "kernel"> }): "rro" | "ro" {
  const [major, minor] = facts.kernel;
  const [atMajor, atMinor] = RECURSIVE_READ_ONLY;
  return major > atMajor || (major === atMajor && minor >= atMinor) ? "rro" : "ro";
}

function depth(path: string): number {
  return path.split("/").length;
}
