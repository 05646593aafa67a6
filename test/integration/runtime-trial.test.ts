import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openRuntime } from "../../src/runtime/index.ts";
import { tempRoot } from "../support/temp-root.ts";

test("a trial of the runtimes that was killed is ended by the next one", async () => {
  await using at = await tempRoot();
  const { STRAKE_ROOT: root = "", STRAKE_RUN: run = "" } = at.env;
  const killed = Bun.spawn(["true"]);
  await killed.exited;
  mkdirSync(join(run, `strake-trial-${killed.pid}`, "rootfs"), { recursive: true });
  openRuntime({ root, run });
  expect(readdirSync(run).filter((name) => name.startsWith("strake-trial"))).toEqual([]);
  expect(existsSync(join(root, "runtimes.json"))).toBe(true);
});
