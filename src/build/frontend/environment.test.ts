import { expect, test } from "bun:test";
import { formatEnvironment, parseEnvironment, replaceEntry, setVariable } from "./environment.ts";

test("a variable that is set again moves to the end of what steps see", () => {
  const environment = parseEnvironment(["A=1", "B=2", "A=3"]);
  expect(formatEnvironment(environment)).toEqual(["B=2", "A=3"]);
  expect(formatEnvironment(setVariable(environment, "B", "x=y"))).toEqual(["A=3", "B=x=y"]);
});

test("a variable of the config keeps its place", () => {
  expect(replaceEntry(["A=1", "B=2"], "A", "3")).toEqual(["A=3", "B=2"]);
  expect(replaceEntry(["A=1"], "AB", "3")).toEqual(["A=1", "AB=3"]);
});
