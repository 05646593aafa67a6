import type { StatusView } from "./build-view.ts";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as BuildKit's progress shows them: `259B`, `1.05MB`. */
export function progressSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < UNITS.length - 1; unit++) size /= 1000;
  return `${unit === 0 ? String(size) : size.toFixed(2)}${UNITS[unit]}`;
}

/** How far a status is, with a space in front: ` 1.05MB / 3.00MB`; empty where it does not count anything. */
export function progressBytes({ current, total }: StatusView): string {
  if (total) return ` ${progressSize(current ?? 0)} / ${progressSize(total)}`;
  return current ? ` ${progressSize(current)}` : "";
}

/** A time within a step as BuildKit puts it before each line of its output: `0.133`, `12.34`, `105.3`. */
export function logTime(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  return seconds.toFixed(seconds < 10 ? 3 : seconds < 100 ? 2 : 1);
}

/** How long something took: `0.1s`. */
export function tookTime(milliseconds: number): string {
  return `${Math.max(0, milliseconds / 1000).toFixed(1)}s`;
}
