import { readFileSync } from "node:fs";
import { isErrno } from "./syscall-error.ts";

/** One number of a per-device counter. */
export interface DeviceCounter {
  readonly major: number;
  readonly minor: number;
  /** `read`, `write`, `sync`, … in lower case. */
  readonly op: string;
  readonly value: number;
}

/** The trimmed text of a control file; undefined when the file, the controller or the cgroup is not there. */
export function readControl(folder: string | undefined, name: string): string | undefined {
  if (folder === undefined) return undefined;
  try {
    return readFileSync(`${folder}/${name}`, "utf8").trim();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENODEV", "ENOTSUP", "EOPNOTSUPP", "EINVAL")) return undefined;
    throw error;
  }
}

/** A control file with one number; undefined when it is not there or says `max`. */
export function readNumber(folder: string | undefined, name: string): number | undefined {
  const text = readControl(folder, name);
  if (text === undefined || text === "" || text === "max") return undefined;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** A control file with a name and a number on each line. */
export function readTable(folder: string | undefined, name: string): Record<string, number> {
  const table: Record<string, number> = {};
  for (const line of (readControl(folder, name) ?? "").split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) table[line.slice(0, space)] = Number(line.slice(space + 1));
  }
  return table;
}

/** A version 1 per-device file: `8:0 Read 4096` on each line; the total is left out. */
export function readDeviceCounters(folder: string | undefined, name: string): DeviceCounter[] {
  const counters: DeviceCounter[] = [];
  for (const line of (readControl(folder, name) ?? "").split("\n")) {
    const match = /^(\d+):(\d+) (\w+) (\d+)$/.exec(line);
    if (match === null) continue;
    const [, major = "", minor = "", op = "", value = ""] = match;
    counters.push({ major: Number(major), minor: Number(minor), op: op.toLowerCase(), value: Number(value) });
  }
  return counters;
}
