import { expect, test } from "bun:test";
import { lessWrapper, ratio, summarize } from "./statistics.ts";

test("the median of an odd number of runs is the one in the middle, in whatever order they came", () => {
  expect(summarize([9, 1, 5])).toEqual({ count: 3, median: 5, min: 1, max: 9 });
});

test("the median of an even number of runs lies between the two in the middle", () => {
  expect(summarize([4, 1, 100, 2])).toEqual({ count: 4, median: 3, min: 1, max: 100 });
});

test("numbers are ordered as numbers, not as text", () => {
  expect(summarize([10, 9, 100]).median).toBe(10);
});

test("one run is its own median, and no runs are refused", () => {
  expect(summarize([7])).toEqual({ count: 1, median: 7, min: 7, max: 7 });
  expect(() => summarize([])).toThrow(RangeError);
});

test("the given values stay as they are", () => {
  const values = [3, 1, 2];
  summarize(values);
  expect(values).toEqual([3, 1, 2]);
});

test("a ratio tells how many times longer something takes, and nothing when there is no base", () => {
  expect(ratio(300, 100)).toBe(3);
  expect(ratio(300, 0)).toBeUndefined();
});

test("a wrapper's cost is taken off, but never to below zero", () => {
  expect(lessWrapper(30, 4)).toBe(26);
  expect(lessWrapper(3, 4)).toBe(0);
});
