import { expect, test } from "bun:test";
import { afterProbe, nextProbeDelay, timedOut, toHealthPlan } from "./health.ts";
import type { Health, HealthProbe } from "./record.ts";

const starting: Health = { Status: "starting", FailingStreak: 0, Log: [] };
const startedAt = "2026-01-01T00:00:00Z";

function planOf(over: object) {
  const plan = toHealthPlan({ Healthcheck: { Test: ["CMD", "true"], Retries: 2, ...over } });
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

function probe(ExitCode: number, second = 1): HealthProbe {
  return {
    Start: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`,
    End: startedAt,
    ExitCode,
    Output: "",
  };
}

test("a shell check runs in the image's shell, NONE and nothing are no check", () => {
  expect(toHealthPlan({ Healthcheck: { Test: ["CMD-SHELL", "exit 1"] } })?.command).toEqual([
    "/bin/sh",
    "-c",
    "exit 1",
  ]);
  expect(
    toHealthPlan({ Healthcheck: { Test: ["CMD-SHELL", "x"] }, Shell: ["/bin/bash", "-c"] })?.command[0],
  ).toBe("/bin/bash");
  expect(toHealthPlan({ Healthcheck: { Test: ["NONE"] } })).toBeUndefined();
  expect(toHealthPlan({})).toBeUndefined();
});

test("a container is unhealthy after as many failures as asked, and healthy after one success", () => {
  const plan = planOf({});
  const once = afterProbe(plan, starting, { probe: probe(1), startedAt });
  expect(once).toMatchObject({ Status: "starting", FailingStreak: 1 });
  const twice = afterProbe(plan, once, { probe: probe(1), startedAt });
  expect(twice).toMatchObject({ Status: "unhealthy", FailingStreak: 2 });
  expect(afterProbe(plan, twice, { probe: probe(0), startedAt })).toMatchObject({
    Status: "healthy",
    FailingStreak: 0,
  });
});

test("failures within the start period do not count", () => {
  const plan = planOf({ StartPeriod: 10e9 });
  expect(afterProbe(plan, starting, { probe: probe(1, 5), startedAt }).FailingStreak).toBe(0);
  expect(afterProbe(plan, starting, { probe: probe(1, 11), startedAt }).FailingStreak).toBe(1);
  expect(nextProbeDelay(plan, starting, 0)).toBe(5000);
  expect(nextProbeDelay(plan, starting, 11_000)).toBe(30_000);
});

test("the newest five probes are kept", () => {
  const plan = planOf({});
  let health = starting;
  for (let n = 0; n < 7; n++) health = afterProbe(plan, health, { probe: probe(0, n), startedAt });
  expect(health.Log.map(({ Start }) => Start.slice(17, 19))).toEqual(["02", "03", "04", "05", "06"]);
});

test("a probe that hangs is told in Docker's words", () => {
  expect(timedOut(planOf({ Timeout: 90e9 }), startedAt)).toMatchObject({
    ExitCode: -1,
    Output: "Health check exceeded timeout (1m30s)",
  });
});
