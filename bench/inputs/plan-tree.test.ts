import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { createContentPool } from "./content-pool.ts";
import { planTree, type TreePlan } from "./plan-tree.ts";
import { createRandom } from "./random.ts";

const pool = createContentPool(createRandom(1));
const plan: TreePlan = { entries: 1000, bytes: 20_000_000, under: "usr" };

test("the same seed plans the same tree, and another seed another one", () => {
  const paths = (seed: number) =>
    planTree(plan, createRandom(seed), pool).map((e) => `${e.path} ${e.body?.length}`);
  expect(paths(7)).toEqual(paths(7));
  expect(paths(7)).not.toEqual(paths(8));
});

test("a tree has the entries and the bytes that were asked for, each path once", () => {
  const entries = planTree(plan, createRandom(7), pool);
  const bytes = entries.reduce((sum, entry) => sum + (entry.body?.length ?? 0), 0);
  expect(entries).toHaveLength(1000);
  expect(new Set(entries.map((entry) => entry.path)).size).toBe(1000);
  expect(Math.abs(bytes - plan.bytes)).toBeLessThan(plan.bytes * 0.02);
});

test("the contents compress about as well as a Debian root does", () => {
  const bodies = planTree(plan, createRandom(7), pool).flatMap((entry) => entry.body ?? []);
  const bytes = Buffer.concat(bodies);
  const factor = bytes.length / gzipSync(bytes).length;
  expect(factor).toBeGreaterThan(1.8);
  expect(factor).toBeLessThan(3.5);
});
