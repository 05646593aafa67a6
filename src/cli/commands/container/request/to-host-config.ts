import { resolve } from "node:path";
import { CliError } from "../../../cli-error.ts";
import { parseDevice } from "../../../values/device.ts";
import type { PortBinding, RequestHostConfig, RequestMount } from "../../../values/engine-types.ts";
import { parseRestart } from "../../../values/limits.ts";
import { parseLogOptions, parseSecurityOptions, parseStorageOptions } from "../../../values/security.ts";
import { parseTmpfs } from "../../../values/volume.ts";
import type { CreateCall } from "./create-request.ts";
import { given, listOf, numberOf, recordOf, textOf } from "./given.ts";
import { toCapabilities } from "./to-capabilities.ts";
import { toResources } from "./to-resources.ts";

/** Parts of the host config that other flags have a say in. */
export interface HostParts {
  readonly mode: string;
  readonly bindings: Readonly<Record<string, readonly PortBinding[]>>;
  readonly binds: readonly string[];
}

/** How the container is to be tied to this host. */
export function toHostConfig(call: CreateCall, parts: HostParts): RequestHostConfig {
  const { flags, io } = call;
  const security = parseSecurityOptions(flags["security-opt"]);
  const restart = parseRestart(flags.restart);
  if (flags.rm && restart.Name !== "no") {
    throw new CliError("conflicting options: cannot specify both --restart and --rm");
  }
  return given<RequestHostConfig>({
    ...toResources(flags),
    ...toDevices(call),
    Binds: listOf(parts.binds),
    ContainerIDFile: textOf(flags.cidfile),
    LogConfig: toLogConfig(call),
    NetworkMode: parts.mode,
    PortBindings: recordOf(parts.bindings),
    RestartPolicy: restart,
    AutoRemove: flags.rm || undefined,
    VolumeDriver: textOf(flags["volume-driver"]),
    VolumesFrom: listOf(flags["volumes-from"]),
    ConsoleSize: toConsoleSize(call),
    Annotations: recordOf(flags.annotation),
    ...toCapabilities(flags["cap-add"], flags["cap-drop"]),
    CgroupParent: textOf(flags["cgroup-parent"]),
    CgroupnsMode: flags.cgroupns === "host" || flags.cgroupns === "private" ? flags.cgroupns : undefined,
    Dns: listOf(flags.dns),
    DnsOptions: listOf(flags["dns-option"]),
    DnsSearch: listOf(flags["dns-search"]),
    ExtraHosts: listOf(flags["add-host"]),
    GroupAdd: listOf(flags["group-add"]),
    IpcMode: textOf(flags.ipc),
    PidMode: textOf(flags.pid),
    UTSMode: textOf(flags.uts),
    UsernsMode: textOf(flags.userns),
    Privileged: flags.privileged || undefined,
    PublishAllPorts: flags["publish-all"] || undefined,
    ReadonlyRootfs: flags["read-only"] || undefined,
    SecurityOpt: listOf(security.options),
    StorageOpt: recordOf(parseStorageOptions(flags["storage-opt"])),
    Tmpfs: recordOf(parseTmpfs(flags.tmpfs)),
    ShmSize: numberOf(flags["shm-size"]),
    Runtime: textOf(flags.runtime),
    Mounts: listOf(flags.mount.map((mount) => withAbsoluteSource(mount, io.cwd))),
    MaskedPaths: security.openSystemPaths ? [] : undefined,
    ReadonlyPaths: security.openSystemPaths ? [] : undefined,
    Init: call.changed.has("init") ? flags.init : undefined,
  });
}

function toDevices({ flags, changed }: CreateCall): Partial<RequestHostConfig> {
  const swappiness = flags["memory-swappiness"];
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw new CliError(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }
  return given<RequestHostConfig>({
    BlkioWeightDevice: listOf(flags["blkio-weight-device"]),
    BlkioDeviceReadBps: listOf(flags["device-read-bps"]),
    BlkioDeviceWriteBps: listOf(flags["device-write-bps"]),
    BlkioDeviceReadIOps: listOf(flags["device-read-iops"]),
    BlkioDeviceWriteIOps: listOf(flags["device-write-iops"]),
    Devices: listOf(flags.device.map(parseDevice)),
    DeviceCgroupRules: listOf(flags["device-cgroup-rule"]),
    MemorySwappiness: swappiness === -1 ? undefined : swappiness,
    OomKillDisable: changed.has("oom-kill-disable") ? flags["oom-kill-disable"] : undefined,
    OomScoreAdj: numberOf(flags["oom-score-adj"]),
    Ulimits: listOf(flags.ulimit),
    Sysctls: recordOf(flags.sysctl),
  });
}

function toLogConfig({ flags }: CreateCall): RequestHostConfig["LogConfig"] {
  const driver = flags["log-driver"];
  const options = parseLogOptions(driver, flags["log-opt"]);
  if (driver === "" && flags["log-opt"].length === 0) return undefined;
  return { Type: driver, Config: options };
}

function toConsoleSize({ flags, io }: CreateCall): RequestHostConfig["ConsoleSize"] {
  const size = flags.tty ? io.terminalSize() : undefined;
  return size === undefined ? undefined : [size.rows, size.columns];
}

function withAbsoluteSource(mount: RequestMount, cwd: string): RequestMount {
  const relative = mount.Type === "bind" && /^\.\.?(\/|$)/.test(mount.Source ?? "");
  return relative ? { ...mount, Source: resolve(cwd, mount.Source ?? "") } : mount;
}
