import { expect, test } from "bun:test";
import type { CaseResult, TrialResult } from "../result.ts";
import { BEGIN, END, fillReadme } from "./fill-readme.ts";
import { formatMarkdown } from "./format-markdown.ts";
import { formatTable } from "./format-table.ts";

const nothing = { wrapper: 0, memory: undefined, syncs: [], unwritten: [], failure: undefined };
const strake: TrialResult = { ...nothing, label: "strake", tool: "strake", runs: [11, 10, 30] };
const podman: TrialResult = { ...nothing, label: "podman", tool: "podman", runs: [38], wrapper: 5 };
const refused: TrialResult = {
  ...nothing,
  label: "strake, crun",
  tool: "strake",
  runs: [],
  failure: "no cgroups",
};
const result: CaseResult = { name: "run", title: "`run`", trials: [strake, refused, podman] };

test("the table has medians, ratios without the wrapper's cost, and says why a contender has none", () => {
  expect(
    formatTable(result)
      .split("\n")
      .map((line) => line.trim().split(/\s{2,}/)),
  ).toEqual([
    ["run: `run`"],
    "contender,median ms,min,max,wrapper,less wrapper,× strake,+ sync ms,unwritten MB,peak MB,daemon MB,idle MB".split(
      ",",
    ),
    ["strake", "11.0", "10.0", "30.0", "1.00×"],
    ["strake, crun", "failed: no cgroups"],
    ["podman", "38.0", "38.0", "38.0", "5.0", "33.0", "3.00×"],
    [""],
  ]);
});

test("memory and what was not on disk are shown where they were measured", () => {
  const memory = { command: 42_000_000, daemon: 99_000_000 };
  const docker = {
    ...strake,
    label: "docker",
    memory,
    syncs: [800],
    unwritten: [310_000_000],
    idle: 5_000_000,
  };
  const line = formatTable({ ...result, trials: [docker] }).split("\n")[2] ?? "";
  expect(line.trim().split(/\s+/)).toEqual(["docker", "11.0", "10.0", "30.0", "800", "310", "42", "99", "5"]);
});

test("the README's summary has one line a case, and a peer that was not there is a dash", () => {
  const text = formatMarkdown({ facts: [["cores", "2"]], runs: 3, cases: [result] });
  expect(text).toContain("| `run` | 11.0 | – | 33.0 (3.00×) | – |");
  expect(text).toContain("- cores: 2");
});

test("results replace those in the README and touch nothing else", () => {
  const readme = `before\n${BEGIN}\nold\n${END}\nafter\n`;
  const filled = fillReadme(readme, "new");
  expect(filled).toBe(`before\n${BEGIN}\n\nnew\n\n${END}\nafter\n`);
  expect(fillReadme(filled, "new")).toBe(filled);
  expect(() => fillReadme("nothing", "new")).toThrow("no place for results");
});
