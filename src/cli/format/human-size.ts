import { formatFloat } from "../../template/index.ts";

const DECIMAL = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/** Bytes in decimal units, as `1.98MB`; `digits` significant digits (Docker uses 4, lists 3). */
export function formatHumanSize(bytes: number, digits = 4): string {
  return scaled(bytes, { base: 1000, units: DECIMAL, digits });
}

/** Bytes in binary units with four digits, as `1.952GiB`. */
export function formatBinarySize(bytes: number): string {
  return scaled(bytes, { base: 1024, units: BINARY, digits: 4 });
}

interface Scale {
  readonly base: number;
  readonly units: readonly string[];
  readonly digits: number;
}

function scaled(bytes: number, { base, units, digits }: Scale): string {
  let size = bytes;
  let unit = 0;
  while (size >= base && unit < units.length - 1) {
    size /= base;
    unit++;
  }
  return formatFloat(size, "g", digits) + (units[unit] ?? "");
}
