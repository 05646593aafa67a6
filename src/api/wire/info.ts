import { nowText } from "../../base/index.ts";
import type { SystemInfo } from "../../engine/index.ts";
import { hostPlatform } from "../../oci/index.ts";

const INDEX = "https://index.docker.io/v1/";
/** Networks of this machine itself: registries there are spoken to without TLS. */
export const LOOPBACK: readonly string[] = ["::1/128", "127.0.0.0/8"];

const MACHINES: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64" };

/** The machine as the kernel calls it. */
export function machineName(): string {
  const { architecture } = hostPlatform();
  return MACHINES[architecture] ?? architecture;
}

/** Docker's `system.Info`. */
export function toInfo(info: SystemInfo): Readonly<Record<string, unknown>> {
  const { containers, support } = info;
  return {
    ID: info.id,
    Containers: containers.total,
    ContainersRunning: containers.running,
    ContainersPaused: containers.paused,
    ContainersStopped: containers.stopped,
    Images: info.images,
    Driver: info.driver,
    DriverStatus: info.driverStatus,
    Plugins: {
      Volume: info.volumeDrivers,
      Network: info.networkDrivers,
      Authorization: null,
      Log: info.logDrivers,
    },
    MemoryLimit: support.memory,
    SwapLimit: support.swap,
    KernelMemoryTCP: support.kernelMemoryTcp,
    CpuCfsPeriod: support.cpuPeriod,
    CpuCfsQuota: support.cpuQuota,
    CPUShares: support.cpuShares,
    CPUSet: support.cpuSet,
    PidsLimit: support.pids,
    IPv4Forwarding: support.ipv4Forwarding,
    OomKillDisable: support.oomKillDisable,
    SystemTime: nowText(),
    LoggingDriver: "json-file",
    CgroupDriver: "cgroupfs",
    CgroupVersion: String(info.cgroupVersion),
    KernelVersion: info.kernel,
    OperatingSystem: info.operatingSystem,
    OSVersion: info.osVersion,
    OSType: "linux",
    Architecture: machineName(),
    IndexServerAddress: INDEX,
    RegistryConfig: toRegistryConfig(info),
    NCPU: info.cpus,
    MemTotal: info.memory,
    DockerRootDir: info.root,
    Name: info.hostname,
    Labels: [],
    ServerVersion: info.version,
    Runtimes: Object.fromEntries(info.runtimes.map(({ name, path }) => [name, { path }])),
    DefaultRuntime: info.runtime,
    Swarm: { LocalNodeState: "inactive", RemoteManagers: null },
    // Containers do not need the engine to go on.
    LiveRestoreEnabled: true,
    InitBinary: info.initPath ?? "",
    ContainerdCommit: { ID: "" },
    RuncCommit: { ID: info.runtime === "runc" ? info.runtimeVersion : "" },
    InitCommit: { ID: "" },
    SecurityOptions: info.securityOptions,
    FirewallBackend: { Driver: "nftables" },
    CDISpecDirs: [],
    Warnings: info.warnings.length === 0 ? null : info.warnings,
  };
}

function toRegistryConfig({ registries: { mirrors, insecure } }: SystemInfo) {
  const isNetwork = (host: string) => host.includes("/");
  const hosts = insecure.filter((host) => !isNetwork(host));
  const official = { Name: "docker.io", Mirrors: mirrors, Secure: true, Official: true };
  return {
    InsecureRegistryCIDRs: [...LOOPBACK, ...insecure.filter(isNetwork)],
    IndexConfigs: Object.fromEntries([
      ["docker.io", official],
      ...hosts.map((host) => [host, { Name: host, Mirrors: [], Secure: false, Official: false }] as const),
    ]),
    Mirrors: mirrors.length === 0 ? null : mirrors,
  };
}
