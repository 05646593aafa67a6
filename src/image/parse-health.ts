import { EngineError, parseDuration } from "../base/index.ts";
import type { HealthConfig } from "../oci/index.ts";
import { parseJsonForm } from "./change-lines.ts";

const DURATIONS: Readonly<Record<string, keyof HealthConfig>> = {
  interval: "Interval",
  timeout: "Timeout",
  "start-period": "StartPeriod",
  "start-interval": "StartInterval",
};
const LEAST = 1_000_000n;

/** Reads what follows `HEALTHCHECK`. Throws `invalidArgument` with Docker's texts. */
export function parseHealthcheck(rest: string): HealthConfig {
  let text = rest;
  const options: Record<string, number> = {};
  for (;;) {
    const [all, name, value] = /^--([^\s=]*)(?:=(\S*))?\s*/.exec(text) ?? [];
    if (all === undefined || name === undefined) break;
    readOption(options, name, value ?? "");
    text = text.slice(all.length);
  }
  if (text === "") throw new EngineError("invalidArgument", "HEALTHCHECK requires at least one argument");
  const [, kind = "", command = ""] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  if (kind.toUpperCase() === "NONE") {
    if (command !== "") throw new EngineError("invalidArgument", "HEALTHCHECK NONE takes no arguments");
    return { Test: ["NONE"] };
  }
  if (kind.toUpperCase() !== "CMD") {
    throw new EngineError(
      "invalidArgument",
      `Unknown type ${JSON.stringify(kind.toUpperCase())} in HEALTHCHECK (try CMD)`,
    );
  }
  const words = parseJsonForm(command);
  if (command === "" || words?.length === 0) {
    throw new EngineError("invalidArgument", "Missing command after HEALTHCHECK CMD");
  }
  return { Test: words === undefined ? ["CMD-SHELL", command] : ["CMD", ...words], ...options };
}

function readOption(options: Record<string, number>, name: string, value: string): void {
  const key = DURATIONS[name];
  if (key === undefined) {
    if (name !== "retries") throw new EngineError("invalidArgument", `unknown flag: --${name}`);
    if (!/^[+-]?\d+$/.test(value)) {
      throw new EngineError(
        "invalidArgument",
        `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`,
      );
    }
    const retries = Number(value);
    if (retries < 0) throw new EngineError("invalidArgument", `--retries cannot be negative (${retries})`);
    options.Retries = retries;
    return;
  }
  const duration = parseDuration(value);
  if (duration === undefined) {
    const reason = /^[+-]?[\d.]+$/.test(value) ? "missing unit in" : "invalid";
    throw new EngineError("invalidArgument", `time: ${reason} duration ${JSON.stringify(value)}`);
  }
  if (duration !== 0n && duration < LEAST) {
    throw new EngineError("invalidArgument", `Interval "${name}" cannot be less than 1ms`);
  }
  options[key] = Number(duration);
}
