import { expect, test } from "bun:test";
import type { RestartPolicy } from "../spec/index.ts";
import type { ContainerRecord } from "./record.ts";
import { restartDelay, wantsRestart } from "./restart-policy.ts";

function record(Name: RestartPolicy["Name"], max = 0, over: Partial<ContainerRecord> = {}): ContainerRecord {
  const hostConfig = { RestartPolicy: { Name, MaximumRetryCount: max } };
  return { hostConfig, restartCount: 0, stoppedByUser: false, ...over } as ContainerRecord;
}

test("without a policy a container stays ended", () => {
  expect(wantsRestart(record("no"), 1)).toBe(false);
});

test("on-failure restarts after a failure only, and at most as often as asked", () => {
  expect(wantsRestart(record("on-failure"), 0)).toBe(false);
  expect(wantsRestart(record("on-failure", 2, { restartCount: 1 }), 1)).toBe(true);
  expect(wantsRestart(record("on-failure", 2, { restartCount: 2 }), 1)).toBe(false);
});

test("a container that the user stopped stays stopped under every policy", () => {
  for (const name of ["always", "unless-stopped", "on-failure"] as const) {
    expect(wantsRestart(record(name, 0, { stoppedByUser: true }), 1)).toBe(false);
  }
});

test("the delay doubles up to a minute and starts anew after a calm run", () => {
  expect([0, 1, 2, 30].map((n) => restartDelay(n, 50))).toEqual([100, 200, 400, 60_000]);
  expect(restartDelay(8, 20_000)).toBe(100);
});
