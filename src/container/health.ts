import { nowText, parseTime } from "../base/index.ts";
import type { HealthConfig } from "../oci/index.ts";
import type { ContainerConfig } from "../spec/index.ts";
import type { Health, HealthProbe } from "./record.ts";

const NS_PER_MS = 1e6;
const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_START_INTERVAL_MS = 5_000;
const DEFAULT_RETRIES = 3;
const KEPT_PROBES = 5;
const LONGEST_OUTPUT = 4096;

/** A health check with Docker's defaults filled in; milliseconds. */
export interface HealthPlan {
  readonly command: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  readonly retries: number;
}

/** The check that a container's config asks for; undefined when there is none or it is `NONE`. */
export function toHealthPlan(config: Pick<ContainerConfig, "Healthcheck" | "Shell">): HealthPlan | undefined {
  const check = config.Healthcheck;
  const command = toCommand(check, config.Shell);
  if (check === undefined || command === undefined) return undefined;
  return {
    command,
    interval: toMs(check.Interval, DEFAULT_INTERVAL_MS),
    timeout: toMs(check.Timeout, DEFAULT_TIMEOUT_MS),
    startPeriod: toMs(check.StartPeriod, 0),
    startInterval: toMs(check.StartInterval, DEFAULT_START_INTERVAL_MS),
    retries: check.Retries || DEFAULT_RETRIES,
  };
}

function toCommand(
  check: HealthConfig | undefined,
  shell: readonly string[] | undefined,
): readonly string[] | undefined {
  const [kind, ...rest] = check?.Test ?? [];
  if (rest.length === 0) return undefined;
  if (kind === "CMD") return rest;
  if (kind !== "CMD-SHELL") return undefined;
  return [...(shell === undefined || shell.length === 0 ? ["/bin/sh", "-c"] : shell), ...rest];
}

function toMs(ns: number | undefined, fallback: number): number {
  return ns ? ns / NS_PER_MS : fallback;
}

/** Milliseconds until the next probe: the start interval while a start period runs, then the interval. */
export function nextProbeDelay(plan: HealthPlan, health: Health, sinceStartMs: number): number {
  const starting = health.Status === "starting" && plan.startPeriod > 0 && sinceStartMs < plan.startPeriod;
  return starting ? Math.min(plan.startInterval, plan.interval) : plan.interval;
}

/** The health after one more probe. Failures within the start period do not count. */
export function afterProbe(
  plan: HealthPlan,
  health: Health,
  { probe, startedAt }: { readonly probe: HealthProbe; readonly startedAt: string },
): Health {
  const Log = [...health.Log, { ...probe, Output: probe.Output.slice(0, LONGEST_OUTPUT) }].slice(
    -KEPT_PROBES,
  );
  if (probe.ExitCode === 0) return { Status: "healthy", FailingStreak: 0, Log };
  const age = Number((parseTime(probe.Start) ?? 0n) - (parseTime(startedAt) ?? 0n)) / NS_PER_MS;
  if (health.Status === "starting" && age < plan.startPeriod) return { ...health, Log };
  const FailingStreak = health.FailingStreak + 1;
  return { Status: FailingStreak >= plan.retries ? "unhealthy" : health.Status, FailingStreak, Log };
}

/** The record of a probe that did not end in time. */
export function timedOut(plan: HealthPlan, start: string): HealthProbe {
  const seconds = plan.timeout / 1000;
  return {
    Start: start,
    End: nowText(),
    ExitCode: -1,
    Output: `Health check exceeded timeout (${formatSeconds(seconds)})`,
  };
}

/** Go's notation of a duration of whole or broken seconds. */
function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${seconds * 1000}ms`;
  const minutes = Math.trunc(seconds / 60);
  const hours = Math.trunc(minutes / 60);
  const rest = `${seconds - minutes * 60}s`;
  if (hours > 0) return `${hours}h${minutes % 60}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
