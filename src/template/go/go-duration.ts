import { formatGoDuration } from "../../base/index.ts";
import type { BasicType } from "./go-type.ts";

/** `time.Duration`: whole nanoseconds, shown as `1m30s`. */
export const goDuration: BasicType = {
  kind: "int64",
  name: "time.Duration",
  toText: (value) => formatGoDuration(typeof value === "bigint" ? value : BigInt(Number(value ?? 0))),
};
