import { expect, test } from "bun:test";
import { createCleanup } from "./cleanup.ts";

test("the latest is undone first, and a failure does not keep the others from being undone", async () => {
  const done: string[] = [];
  const cleanup = createCleanup();
  cleanup.defer(() => done.push("folder"));
  cleanup.defer(() => {
    throw new Error("busy");
  });
  cleanup.defer(async () => done.push("container"));
  expect(await cleanup.run()).toEqual(["busy"]);
  expect(done).toEqual(["container", "folder"]);
});

test("nothing is undone twice", async () => {
  let times = 0;
  const cleanup = createCleanup();
  cleanup.defer(() => times++);
  await cleanup.run();
  await cleanup.run();
  expect(times).toBe(1);
});
