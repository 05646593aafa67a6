import { EngineError, formatTime } from "../base/index.ts";
import type { BuildRequest } from "./request.ts";

/** The moment that SOURCE_DATE_EPOCH asks everything new to be dated at, in seconds; undefined when it is not set. */
export function sourceDateEpoch({ buildArgs }: BuildRequest): number | undefined {
  const text = buildArgs.SOURCE_DATE_EPOCH;
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new EngineError("invalidArgument", `invalid SOURCE_DATE_EPOCH: ${text}`, {
    hint: "it is a count of seconds since 1970",
  });
}

/** RFC 3339 of Unix milliseconds. */
export function formatMilliseconds(milliseconds: number): string {
  return formatTime(BigInt(milliseconds) * 1_000_000n);
}
