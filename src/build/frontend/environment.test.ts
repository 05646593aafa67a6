import { expect, test } from "bun:test";
import {
  formatEnvironment,
  parseEnvironment,
  setEntry,
  setVariable,
  toConfigEnvironment,
} from "./environment.ts";

test("a variable that is set again moves to the end of what steps see", () => {
  const environment = parseEnvironment(["A=1", "B=2", "C", "A=3"]);
  expect(formatEnvironment(environment)).toEqual(["B=2", "C=", "A=3"]);
  setVariable(environment, "B", "x=y");
  expect(formatEnvironment(environment)).toEqual(["C=", "A=3", "B=x=y"]);
});

test("a variable of the config keeps its place, and what is not set again stays as it is", () => {
  const environment = toConfigEnvironment(["A=1", "B", "B=2", "C=3"]);
  setEntry(environment, "A", "4");
  setEntry(environment, "B", "5");
  setEntry(environment, "AB", "6");
  setEntry(environment, "AB", "7");
  expect(environment.entries).toEqual(["A=4", "B=5", "B=2", "C=3", "AB=7"]);
});
