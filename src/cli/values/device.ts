import { parseBytes } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";
import type { DeviceMapping, ThrottleDevice, WeightDevice } from "./engine-types.ts";

/** Reads one `--device`: `src[:dst][:rwm]`. Throws {@link CliError} with Docker's texts. */
export function parseDevice(text: string): DeviceMapping {
  if (/^[A-Za-z0-9][\w.-]*\/[\w-]+=/.test(text)) {
    throw invalid(`CDI device ${text} is not supported: give the path of a device`);
  }
  const parts = text.split(":");
  const [source = "", second, third] = parts;
  if (parts.length > 3 || text === "") throw invalid(`bad format for path: ${text}`);
  const isMode = third === undefined && second !== undefined && isPermissions(second);
  const target = second === undefined || isMode ? source : second;
  const permissions = third ?? (isMode ? second : undefined) ?? "rwm";
  if (!isPermissions(permissions)) throw invalid(`bad mode specified: ${permissions}`);
  if (!target.startsWith("/")) throw invalid(`${target} is not an absolute path`);
  return { PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions };
}

function isPermissions(text: string): boolean {
  return /^[rwm]{1,3}$/.test(text) && new Set(text).size === text.length;
}

/** Refuses every `--gpus`: there is no GPU runtime behind this engine. */
export function refuseGpus(text: string): string {
  throw new Error(`GPUs are not supported: cannot give ${text} to the container`);
}

/** Checks one `--device-cgroup-rule`. */
export function checkCgroupRule(text: string): string {
  if (!/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(text)) {
    throw new Error(`invalid device cgroup format '${text}'`);
  }
  return text;
}

/** Reads one `--device-read-bps` or `--device-write-bps`: `/dev/x:1mb`. */
export function parseThrottleBps(text: string): ThrottleDevice {
  const [path, rate] = splitDevice(text);
  try {
    return { Path: path, Rate: parseBytes(rate) };
  } catch {
    throw new Error(
      `invalid rate for device: ${text}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`,
    );
  }
}

/** Reads one `--device-read-iops` or `--device-write-iops`: `/dev/x:100`. */
export function parseThrottleIops(text: string): ThrottleDevice {
  const [path, rate] = splitDevice(text);
  if (!/^\d+$/.test(rate)) {
    throw new Error(
      `invalid rate for device: ${text}. The correct format is <device-path>:<number>. Number must be a positive integer`,
    );
  }
  return { Path: path, Rate: Number(rate) };
}

/** Reads one `--blkio-weight-device`: `/dev/x:500`. */
export function parseWeightDevice(text: string): WeightDevice {
  const [path, weight] = splitDevice(text);
  const number = Number(weight);
  if (!/^\d+$/.test(weight) || (number > 0 && (number < 10 || number > 1000))) {
    throw new Error(`invalid weight for device: ${text}`);
  }
  return { Path: path, Weight: number };
}

function splitDevice(text: string): [string, string] {
  const parts = text.split(":");
  const [path = "", value = ""] = parts;
  if (parts.length !== 2 || path === "") throw new Error(`bad format: ${text}`);
  if (!path.startsWith("/dev/")) throw new Error(`bad format for device path: ${text}`);
  return [path, value];
}

function invalid(message: string): CliError {
  return new CliError(message);
}
