import { formatGoDuration, goQuote, goQuoteRune } from "../../base/index.ts";
import type { HealthConfig } from "../../oci/index.ts";
import type { StageState } from "./stage-state.ts";

/** Docker's comment of the history lines that a Dockerfile makes; programs know builds by it. */
export const HISTORY_COMMENT = "buildkit.dockerfile.v0";

/** The history of a step with a layer. */
export function withLayer(text: string): string {
  return `${text} # buildkit`;
}

/** What a RUN says in the history: with the arguments in force, as Docker counts them. */
export function runText(state: StageState, args: readonly string[]): string {
  const values = new Map<string, string>();
  for (const { name, value } of state.args) {
    values.set(name, state.environment.get(name) ?? value ?? "");
  }
  const prefix =
    values.size === 0 ? [] : [`|${values.size}`, ...[...values].map(([name, value]) => `${name}=${value}`)];
  return `RUN ${[...prefix, ...args].join(" ")}`;
}

/** `["a" "b"]`, as Go prints a quoted list. */
export function quotedList(words: readonly string[]): string {
  return `[${words.map((word) => goQuote(word)).join(" ")}]`;
}

/** `[a b]`, as Go prints a list. */
export function plainList(words: readonly string[]): string {
  return `[${words.join(" ")}]`;
}

/** A health check as Docker's history has it: Go's quoted form of the whole struct. */
export function healthText(health: HealthConfig): string {
  const durations = [health.Interval, health.Timeout, health.StartPeriod, health.StartInterval];
  const retries = goQuoteRune(String.fromCodePoint(health.Retries ?? 0));
  const quoted = durations.map((each) => goQuote(formatGoDuration(BigInt(each ?? 0)))).join(" ");
  return `HEALTHCHECK &{${quotedList(health.Test ?? [])} ${quoted} ${retries}}`;
}
