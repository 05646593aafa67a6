import { parseTime, ZERO_TIME } from "../../base/index.ts";
import { formatGoTime } from "./go-time.ts";
import { type GoType, goBool, goInt, goInt64, goNamed, goString } from "./go-type.ts";
import { GoValue, textOf } from "./go-value.ts";
import { DAYS, formatTimeLayout, MONTHS, weekdayOf } from "./time-format.ts";

/** A method of `time.Time`; gets the time as RFC 3339 text. */
export interface TimeMethod {
  readonly params: readonly GoType[];
  readonly call: (time: string, args: readonly GoValue[]) => GoValue;
}

/** The methods of `time.Time` that templates may call. */
export const timeMethods: Readonly<Record<string, TimeMethod>> = {
  String: method(goString, formatGoTime),
  IsZero: method(goBool, (time) => ns(time) === ns(ZERO_TIME)),
  Unix: method(goInt64, (time) => floorDivide(ns(time), 1_000_000_000n)),
  UnixMilli: method(goInt64, (time) => floorDivide(ns(time), 1_000_000n)),
  UnixMicro: method(goInt64, (time) => floorDivide(ns(time), 1_000n)),
  UnixNano: method(goInt64, (time) => BigInt.asIntN(64, ns(time))),
  Format: {
    params: [goString],
    call: (time, [layout]): GoValue =>
      new GoValue(
        goString,
        formatTimeLayout(time === "" ? ZERO_TIME : time, layout === undefined ? "" : textOf(layout)),
      ),
  },
  Weekday: method(namedInt("time.Weekday", DAYS), (time) =>
    (DAYS as readonly string[]).indexOf(weekdayOf(time)),
  ),
  Month: method(namedInt("time.Month", ["", ...MONTHS]), (time) => Number(time.slice(5, 7))),
  Year: method(goInt, (time) => Number(time.slice(0, 4))),
  Day: method(goInt, (time) => Number(time.slice(8, 10))),
  Hour: method(goInt, (time) => Number(time.slice(11, 13))),
  Minute: method(goInt, (time) => Number(time.slice(14, 16))),
  Second: method(goInt, (time) => Number(time.slice(17, 19))),
};

function method(type: GoType, read: (time: string) => unknown): TimeMethod {
  return { params: [], call: (time) => new GoValue(type, read(time === "" ? ZERO_TIME : time)) };
}

function namedInt(name: string, texts: readonly string[]): GoType {
  return { ...goNamed(name, goInt), toText: (value) => texts[Number(value)] ?? String(value) };
}

function ns(time: string): bigint {
  return parseTime(time) ?? 0n;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((-value + by - 1n) / by);
}
