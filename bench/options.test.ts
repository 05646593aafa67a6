import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";

test("cases and tools are given as lists with commas, and runs as a number", () => {
  const { options } = parseOptions(["--only", "load,save", "--tools=strake", "--runs", "3"], {});
  expect(options.only).toEqual(["load", "save"]);
  expect(options.tools).toEqual(["strake"]);
  expect(options.runs).toBe(3);
});

test("without options every case is run, and nothing is written", () => {
  const { options } = parseOptions([], { BENCH_TMP: "/data" });
  expect(options).toMatchObject({ only: [], tools: [], write: false, json: undefined, tmp: "/data" });
});

test("a run count that is not a number, and an unknown option, are refused", () => {
  expect(() => parseOptions(["--runs", "many"], {})).toThrow('--runs takes a number from 1 to 9999: "many"');
  expect(() => parseOptions(["--fast"], {})).toThrow();
});

test("the folder lies within the root that podman sees, unless another is given", () => {
  expect(parseOptions([], { BENCH_PODMAN_ROOT: "/peers" }).options.tmp).toBe("/peers/var/tmp");
});
