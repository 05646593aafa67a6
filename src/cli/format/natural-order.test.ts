import { expect, test } from "bun:test";
import { compareNatural } from "./natural-order.ts";

test("numbers in names are compared as numbers, digits before letters", () => {
  const names = ["b10", "b2", "a", "B", "10", "9", "b02", "b", "b2c", "b2a", ".x"];
  expect(names.toSorted(compareNatural)).toEqual([
    "9",
    "10",
    ".x",
    "B",
    "a",
    "b",
    "b2",
    "b2a",
    "b2c",
    "b02",
    "b10",
  ]);
});
