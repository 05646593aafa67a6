import { type Nanoseconds, nowNs, parseGoDuration, parseTime } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";

/**
 * Reads `--since` and `--until`: a Go duration before now, Unix seconds with a fraction, or a date with or without
 * time and zone (local when there is none). Throws {@link CliError}.
 */
export function parseTimestamp(text: string, now: Nanoseconds = nowNs()): Nanoseconds {
  const ago = durationOf(text);
  if (ago !== undefined) return now - BigInt(ago);
  return parseTime(text) ?? unixOf(text) ?? localOf(text) ?? refuse(text);
}

function durationOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return undefined;
  try {
    return parseGoDuration(text);
  } catch {
    return undefined;
  }
}

function unixOf(text: string): Nanoseconds | undefined {
  const match = /^(-?\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return undefined;
  return BigInt(match[1] ?? "0") * 1_000_000_000n + BigInt((match[2] ?? "").padEnd(9, "0"));
}

function localOf(text: string): Nanoseconds | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, date = "", hour = "00", minute = "00", second = "00", fraction = "", zone = ""] = match;
  const milliseconds = Date.parse(`${date}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt(fraction.slice(1).padEnd(9, "0"));
}

function refuse(text: string): never {
  throw new CliError(`failed to parse value as time or duration: "${text}"`);
}
