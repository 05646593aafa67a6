import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { VERSION } from "../../base/index.ts";
import { cgroupFacts, kernelVersion } from "../../host/index.ts";
import { readSettings, settingsFolders } from "../../registry/index.ts";
import { findProgram, programVersion } from "../../runtime/index.ts";
import { hostFacts } from "../../spec/index.ts";
import { resourceSupport, supportWarnings } from "./resource-support.ts";
import type { Rooms } from "./rooms.ts";
import type { RuntimeFacts, SystemInfo } from "./types.ts";

/** What this engine is, works on and holds. */
export async function systemInfo(rooms: Rooms): Promise<SystemInfo> {
  const { store, images, containers } = rooms;
  const host = hostFacts();
  const states = (await containers.list({ all: true })).map(({ record }) => record.state.status);
  const count = (status: string) => states.filter((each) => each === status).length;
  const support = resourceSupport();
  const programs = await runtimeFacts(rooms);
  const [running, paused] = [count("running"), count("paused")];
  return {
    id: toUuid(store.root),
    version: VERSION,
    root: store.root,
    containers: { total: states.length, running, paused, stopped: states.length - running - paused },
    images: images.list({ all: true }).length,
    ...storage(rooms),
    ...programs,
    cgroupVersion: cgroupFacts().version === 2 ? 2 : 1,
    logDrivers: ["json-file", "local"],
    networkDrivers: ["bridge", "host", "null"],
    volumeDrivers: ["local"],
    initPath: host.initPath,
    securityOptions: [
      ...(host.appArmor ? ["name=apparmor"] : []),
      "name=seccomp,profile=builtin",
      ...(cgroupFacts().version === 2 ? ["name=cgroupns"] : []),
    ],
    kernel: kernelVersion(),
    ...operatingSystem(),
    cpus: host.cpus,
    memory: host.memory,
    hostname: host.hostname,
    support,
    warnings: [...programWarnings(programs), ...supportWarnings(support)],
    registries: registrySettings(),
  };
}

/** The programs that run containers. One that is missing has the empty name: this tells, it does not need them. */
export async function runtimeFacts({ runtime }: Pick<Rooms, "runtime">): Promise<RuntimeFacts> {
  const paths = ["crun", "runc"].flatMap((name) => {
    const path = findProgram(name);
    return path === undefined ? [] : [{ name, path }];
  });
  const chosen = attempt(() => runtime(""));
  const [runtimeVersion, monitorVersion] = await Promise.all([
    programVersion(chosen?.path),
    programVersion(findProgram("conmon")),
  ]);
  return { runtimes: paths, runtime: chosen?.name ?? "", runtimeVersion, monitorVersion };
}

function programWarnings({ runtime, monitorVersion }: RuntimeFacts): string[] {
  return [
    ...(runtime === "" ? ["WARNING: No container can run: neither crun nor runc starts here"] : []),
    ...(monitorVersion === "" ? ["WARNING: No container can run: conmon is not here"] : []),
  ];
}

function registrySettings(): SystemInfo["registries"] {
  const { mirrors, insecure } = readSettings(settingsFolders());
  return { mirrors, insecure };
}

function attempt<T>(section: () => T): T | undefined {
  try {
    return section();
  } catch {
    return undefined;
  }
}

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  61267: "extfs",
  1481003842: "xfs",
  2435016766: "btrfs",
  16914836: "tmpfs",
  2035054128: "overlayfs",
  801189825: "zfs",
  26985: "nfs",
  1702057286: "fuse",
};

function storage({ store, layers }: Rooms): Pick<SystemInfo, "driver" | "driverStatus"> {
  if (layers.snapshots.name === "copy") return { driver: "vfs", driverStatus: [] };
  const typed = readdirSync(store.root, { withFileTypes: true }).every(
    (entry) => entry.isFile() || entry.isDirectory(),
  );
  return {
    driver: "overlay2",
    driverStatus: [
      ["Backing Filesystem", FILE_SYSTEMS[statfsSync(store.root).type] ?? "<unknown>"],
      ["Supports d_type", String(typed)],
      ["Using metacopy", "false"],
      ["Native Overlay Diff", "true"],
      ["userxattr", "false"],
    ],
  };
}

function operatingSystem(): Pick<SystemInfo, "operatingSystem" | "osVersion"> {
  const text = attempt(() => readFileSync("/etc/os-release", "utf8")) ?? "";
  const value = (key: string) => new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { operatingSystem: value("PRETTY_NAME") || "Linux", osVersion: value("VERSION_ID") };
}

/** The same for one store on one machine, another everywhere else. */
function toUuid(root: string): string {
  const machine = attempt(() => readFileSync("/etc/machine-id", "utf8").trim()) ?? "";
  const hex = createHash("sha256").update(`${machine}\0${root}`).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
