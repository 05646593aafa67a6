import { expect, test } from "bun:test";
import { nowNs } from "./clock.ts";
import { parseDuration, parseTimestamp } from "./parse-timestamp.ts";

test("durations read as Go's do", () => {
  const facts: [string, bigint | undefined][] = [
    ["24h", 86_400_000_000_000n],
    ["1h30m", 5_400_000_000_000n],
    ["1.5s", 1_500_000_000n],
    ["-2ms", -2_000_000n],
    ["0", 0n],
    ["10", undefined],
    ["1d", undefined],
    ["", undefined],
    ["1s x", undefined],
  ];
  expect(facts.map(([text]) => parseDuration(text))).toEqual(facts.map(([, value]) => value));
});

test("a moment is a duration ago, Unix seconds, or a date", () => {
  expect(parseTimestamp("1600000000.5")).toBe(1_600_000_000_500_000_000n);
  expect(parseTimestamp("2020-01-02T03:04:05Z")).toBe(1_577_934_245_000_000_000n);
  expect(parseTimestamp("2020-01-02T03:04Z")).toBe(1_577_934_240_000_000_000n);
  const hourAgo = parseTimestamp("1h");
  const distance = Number((nowNs() - hourAgo) / 1_000_000_000n);
  expect(distance).toBeGreaterThanOrEqual(3600);
  expect(distance).toBeLessThan(3610);
  expect(() => parseTimestamp("foo")).toThrow('failed to parse value as time or duration: "foo"');
});
