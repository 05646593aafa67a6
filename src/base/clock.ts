/** Nanoseconds since the Unix epoch. */
export type Nanoseconds = bigint;

const PER_SECOND = 1_000_000_000n;

/** Go's zero time, which Docker shows for "never". */
export const ZERO_TIME = "0001-01-01T00:00:00Z";

const originNs = BigInt(Math.round(performance.timeOrigin * 1000)) * 1000n;

/** The wall clock in nanoseconds (microsecond resolution). */
export function nowNs(): Nanoseconds {
  return originNs + BigInt(Math.round(performance.now() * 1e6));
}

/** RFC 3339 in UTC with up to nine digits of fraction, trailing zeros cut: Go's RFC3339Nano. */
export function formatTime(ns: Nanoseconds): string {
  const seconds = ns >= 0n ? ns / PER_SECOND : -((-ns + PER_SECOND - 1n) / PER_SECOND);
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = (ns - seconds * PER_SECOND).toString().padStart(9, "0").replace(/0+$/, "");
  return fraction === "" ? `${base}Z` : `${base}.${fraction}Z`;
}

/** The current time in RFC 3339 with nanoseconds, in UTC. */
export function nowText(): string {
  return formatTime(nowNs());
}

/** Reads RFC 3339 with any fraction and zone; undefined when `text` is no such time. */
export function parseTime(text: string): Nanoseconds | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = "", zone = "Z"] = match;
  const ms = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
}
