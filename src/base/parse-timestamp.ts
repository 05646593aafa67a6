import { type Nanoseconds, nowNs, parseTime } from "./clock.ts";
import { EngineError } from "./errors.ts";
import { parseGoDuration } from "./go-text.ts";

/** Go's `time.ParseDuration`, in nanoseconds; undefined when `text` is none. */
export function parseDuration(text: string): Nanoseconds | undefined {
  try {
    return BigInt(parseGoDuration(text));
  } catch {
    return undefined;
  }
}

/**
 * The moment that `--filter until=…` means: a duration before now, RFC 3339 or its shortened forms (local
 * time where no zone is given), or Unix seconds with a fraction. Nanoseconds since the epoch.
 * Throws `invalidArgument`.
 */
export function parseTimestamp(text: string): Nanoseconds {
  const duration = parseDuration(text);
  if (duration !== undefined) return nowNs() - duration;
  const exact = parseTime(text);
  if (exact !== undefined) return exact;
  const unix = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (unix !== null) {
    const [, seconds = "0", fraction = ""] = unix;
    return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
  }
  const short =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d))?(?::(\d\d))?(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (short !== null) {
    const [, year, month, day, hour = "00", minute = "00", second = "00", , zone = ""] = short;
    const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
    if (!Number.isNaN(ms))
      return BigInt(ms) * 1_000_000n + BigInt((short[7] ?? "").slice(0, 9).padEnd(9, "0"));
  }
  throw new EngineError("invalidArgument", `failed to parse value as time or duration: "${text}"`);
}
