import { expect, test } from "bun:test";
import { formatHumanDuration, goQuote } from "../../base/index.ts";
import { ellipsis } from "./ellipsis.ts";
import { formatBinarySize, formatHumanSize } from "./human-size.ts";
import { formatLocalRfc3339, formatLocalTime } from "./local-time.ts";
import { alignTabs } from "./tab-writer.ts";

test("sizes have as many digits as Docker gives them", () => {
  const sizes = [0, 999, 1000, 1125, 1234, 999_900, 164_123_456, 1.98e6, 5e15];
  expect(sizes.map((size) => formatHumanSize(size, 3))).toEqual([
    "0B",
    "999B",
    "1kB",
    "1.12kB",
    "1.23kB",
    "1e+03kB",
    "164MB",
    "1.98MB",
    "5PB",
  ]);
  expect([1234, 625_312_345].map((size) => formatHumanSize(size))).toEqual(["1.234kB", "625.3MB"]);
  expect([512, 1024, 8_254_390_272].map(formatBinarySize)).toEqual(["512B", "1KiB", "7.688GiB"]);
});

test("lengths of time are said in words", () => {
  const second = 1000;
  const hour = 3600 * second;
  const day = 24 * hour;
  const cases: readonly (readonly [number, string])[] = [
    [999, "Less than a second"],
    [second, "1 second"],
    [59.9 * second, "59 seconds"],
    [60 * second, "About a minute"],
    [120 * second, "2 minutes"],
    [59 * 60 * second, "59 minutes"],
    [hour, "About an hour"],
    [1.4 * hour, "About an hour"],
    [1.5 * hour, "2 hours"],
    [47.4 * hour, "47 hours"],
    [2 * day, "2 days"],
    [13 * day, "13 days"],
    [14 * day, "2 weeks"],
    [60 * day, "2 months"],
    [729 * day, "24 months"],
    [730 * day, "2 years"],
  ];
  expect(cases.map(([length]) => formatHumanDuration(length))).toEqual(cases.map(([, words]) => words));
});

test("long texts end in an ellipsis within their columns", () => {
  expect([
    ellipsis("abcdef", 6),
    ellipsis("abcdef", 4),
    ellipsis("abc", 1),
    ellipsis("", 1),
    ellipsis("a", 0),
  ]).toEqual(["abcdef", "abc…", "a", "", ""]);
  expect(ellipsis("日本語日本語", 6)).toBe("日本…");
});

test("commands are quoted as Go quotes", () => {
  expect(goQuote('sh -c "echo\t\u00e9\u0001\u200b"')).toBe('"sh -c \\"echo\\té\\x01\\u200b\\""');
});

test("times are shown in the local zone", () => {
  const offset = new Date(1_763_875_529_000).getTimezoneOffset();
  if (offset !== 0) return;
  expect(formatLocalTime(1_763_875_529)).toBe("2025-11-23 05:25:29 +0000 UTC");
  expect(formatLocalRfc3339(1_763_875_529)).toBe("2025-11-23T05:25:29Z");
});

test("columns are aligned only with the lines around them that have them", () => {
  expect(alignTabs("a\tb\tc\nlonger than ten\tb\n\nx\ty\n", { minWidth: 4, padding: 1 })).toBe(
    "a               b   c\nlonger than ten b\n\nx   y\n",
  );
});
