import { expect, test } from "bun:test";
import { formatHumanDuration } from "./human-duration.ts";

const hour = 3600;
const day = 24 * hour;

test("durations read as in Docker's tables", () => {
  const cases: readonly [number, string][] = [
    [0.4, "Less than a second"],
    [1.9, "1 second"],
    [59, "59 seconds"],
    [60, "About a minute"],
    [3599, "59 minutes"],
    [hour, "About an hour"],
    [1.6 * hour, "2 hours"],
    [47 * hour, "47 hours"],
    [2 * day, "2 days"],
    [14 * day, "2 weeks"],
    [59 * day, "8 weeks"],
    [60 * day, "2 months"],
    [730 * day, "2 years"],
  ];
  expect(cases.map(([seconds]) => formatHumanDuration(seconds * 1000))).toEqual(
    cases.map(([, text]) => text),
  );
});
