import { expect, test } from "bun:test";
import { formatGolden, readGolden } from "./golden.ts";
import { groups } from "./scenarios/index.ts";

test("every scenario has its recorded answer, and no answer is left of a scenario that is gone", async () => {
  for (const { name, scenarios } of groups) {
    expect([...(await readGolden(name)).keys()]).toEqual(scenarios.map((scenario) => scenario.name));
  }
});

test("no recorded answer tells of the machine that it was recorded on", async () => {
  for (const { name } of groups) {
    const text = formatGolden(await readGolden(name));
    expect(text).not.toMatch(/\/var\/lib\/docker|compat-work-|strake-test-|\/srv\//);
    expect(await Bun.file(new URL(`golden/${name}.txt`, import.meta.url)).text()).toBe(text);
  }
});
