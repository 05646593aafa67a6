import { LOOPBACK, machineName } from "../../../api/index.ts";
import { VERSION } from "../../../base/index.ts";
import type { SystemInfo } from "../../../engine/index.ts";
import { formatBinarySize } from "../../format/index.ts";

/** `info` as Docker lays it out: the CLI's facts, then the engine's. */
export function formatInfo(info: SystemInfo, { debug }: { readonly debug: boolean }): string {
  const client = ["Client:", ` Version:    ${VERSION}`, " Context:    default", ` Debug Mode: ${debug}`];
  return `${[...client, "", "Server:", ...serverLines(info, debug)].join("\n")}\n\n`;
}

function serverLines(info: SystemInfo, debug: boolean): string[] {
  const { containers } = info;
  return [
    ` Containers: ${containers.total}`,
    `  Running: ${containers.running}`,
    `  Paused: ${containers.paused}`,
    `  Stopped: ${containers.stopped}`,
    ` Images: ${info.images}`,
    ` Server Version: ${info.version}`,
    ` Storage Driver: ${info.driver}`,
    ...info.driverStatus.map(([name, value]) => `  ${name}: ${value}`),
    " Logging Driver: json-file",
    " Cgroup Driver: cgroupfs",
    ` Cgroup Version: ${info.cgroupVersion}`,
    " Plugins:",
    `  Volume: ${info.volumeDrivers.join(" ")}`,
    `  Network: ${info.networkDrivers.join(" ")}`,
    `  Log: ${info.logDrivers.join(" ")}`,
    " Swarm: inactive",
    ` Runtimes: ${info.runtimes.map(({ name }) => name).join(" ")}`,
    ` Default Runtime: ${info.runtime}`,
    ` Init Binary: ${info.initPath ?? ""}`,
    ...(info.monitorVersion === "" ? [] : [` conmon version: ${info.monitorVersion}`]),
    ...(info.runtime === "" ? [] : [` ${info.runtime} version: ${info.runtimeVersion}`]),
    " Security Options:",
    ...info.securityOptions.flatMap(securityLines),
    ` Kernel Version: ${info.kernel}`,
    ` Operating System: ${info.operatingSystem}`,
    " OSType: linux",
    ` Architecture: ${machineName()}`,
    ` CPUs: ${info.cpus}`,
    ` Total Memory: ${formatBinarySize(info.memory)}`,
    ` Name: ${info.hostname}`,
    ` ID: ${info.id}`,
    ` Docker Root Dir: ${info.root}`,
    ` Debug Mode: ${debug}`,
    " Experimental: false",
    " Insecure Registries:",
    ...[...info.registries.insecure, ...LOOPBACK].map((host) => `  ${host}`),
    ...(info.registries.mirrors.length === 0 ? [] : [" Registry Mirrors:"]),
    ...info.registries.mirrors.map((mirror) => `  ${mirror}`),
    " Live Restore Enabled: true",
  ];
}

/** `name=seccomp,profile=builtin` as two lines. */
function securityLines(option: string): string[] {
  const pairs = option.split(",").map((pair) => pair.split("=", 2));
  return pairs.map(([key = "", value = ""]) =>
    key === "name" ? `  ${value}` : `   ${key.slice(0, 1).toUpperCase()}${key.slice(1)}: ${value}`,
  );
}
