import { expect, test } from "bun:test";
import { formatFloat } from "./format-float.ts";

const CASES: readonly (readonly [number, "e" | "f" | "g", number, string])[] = [
  [0, "g", 3, "0"],
  [1.125, "g", 3, "1.12"],
  [1.135, "g", 3, "1.14"],
  [999.9, "g", 3, "1e+03"],
  [999.4, "g", 3, "999"],
  [1.5, "g", 4, "1.5"],
  [100, "g", 4, "100"],
  [0.5, "f", 0, "0"],
  [1.5, "f", 0, "2"],
  [0.05, "f", 2, "0.05"],
  [0.005, "f", 2, "0.01"],
  [1234.5, "e", 2, "1.23e+03"],
  [1e21, "f", -1, "1000000000000000000000"],
  [1e-7, "g", -1, "1e-07"],
  [123456, "g", -1, "123456"],
  [1234567, "g", -1, "1.234567e+06"],
  [-0, "g", -1, "-0"],
  [Number.POSITIVE_INFINITY, "g", -1, "+Inf"],
];

for (const [value, layout, precision, expected] of CASES) {
  test(`${value} as %.${precision}${layout} is ${expected}`, () => {
    expect(formatFloat(value, layout, precision)).toBe(expected);
  });
}
