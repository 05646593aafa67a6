import { type Nanoseconds, nowNs, parseTime } from "./clock.ts";
import { EngineError } from "./errors.ts";

const UNIT_NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const PART = /(\d+)(?:\.(\d*))?([a-zµμ]+)/y;

/** Go's `time.ParseDuration`, in nanoseconds; undefined when `text` is none. */
export function parseDuration(text: string): Nanoseconds | undefined {
  const negative = text.startsWith("-");
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0n;
  if (body === "") return undefined;
  let total = 0n;
  PART.lastIndex = 0;
  for (let at = 0; at < body.length; at = PART.lastIndex) {
    const [, whole = "0", fraction = "", unit = ""] = PART.exec(body) ?? [];
    const scale = UNIT_NS[unit];
    if (scale === undefined) return undefined;
    total += BigInt(whole) * scale;
    if (fraction !== "") total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  return negative ? -total : total;
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
