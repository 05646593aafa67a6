/** Milliseconds with as many digits as mean something. */
export function formatTime(milliseconds: number): string {
  return milliseconds < 100 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
}

/** Bytes as megabytes (10^6). */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 1 : 0)}`;
}

/** How many times something is of strake's. */
export function formatRatio(value: number | undefined): string {
  if (value === undefined) return "";
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)}×`;
}
