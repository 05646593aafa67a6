import { errorText, goQuote, parseGoDuration } from "../base/index.ts";
import type { HealthConfig } from "../oci/index.ts";
import { trimSpace } from "./characters.ts";
import { InstructionError, needsSome } from "./errors.ts";
import { type FlagKind, type FlagValues, readFlags } from "./flags.ts";
import { parseJsonForm } from "./words.ts";

const FLAGS: Readonly<Record<string, FlagKind>> = {
  interval: "string",
  timeout: "string",
  "start-period": "string",
  "start-interval": "string",
  retries: "string",
};
const DURATIONS = [
  ["interval", "Interval"],
  ["timeout", "Timeout"],
  ["start-period", "StartPeriod"],
  ["start-interval", "StartInterval"],
] as const;
const LEAST_NS = 1_000_000;

/** Reads what follows HEALTHCHECK. Throws `invalidArgument` with BuildKit's texts. */
export function parseHealth(flags: readonly string[], rest: string): HealthConfig {
  const [, written = "", after = ""] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (written === "") throw needsSome("HEALTHCHECK");
  const type = written.toUpperCase();
  const values = readFlags(flags, FLAGS);
  if (type === "NONE") {
    if (after !== "") throw new InstructionError("HEALTHCHECK NONE takes no arguments");
    return { Test: ["NONE"] };
  }
  if (type !== "CMD") {
    throw new InstructionError(`Unknown type ${goQuote(type)} in HEALTHCHECK (try CMD)`, {
      culprit: written,
    });
  }
  const words = parseJsonForm(after);
  if (after === "" || words?.length === 0) {
    throw new InstructionError("Missing command after HEALTHCHECK CMD");
  }
  return {
    Test: words === undefined ? ["CMD-SHELL", trimSpace(after)] : ["CMD", ...words],
    ...readDurations(values),
    ...readRetries(values.string("retries")),
  };
}

function readDurations(values: FlagValues): Partial<HealthConfig> {
  const given: Record<string, number> = {};
  for (const [name, key] of DURATIONS) {
    const text = values.string(name) ?? "";
    const duration = text === "" ? 0 : toDuration(text);
    if (duration === 0) continue;
    if (duration < LEAST_NS) {
      throw new InstructionError(`Interval ${goQuote(name)} cannot be less than 1ms`, {
        culprit: `--${name}`,
      });
    }
    given[key] = duration;
  }
  return given;
}

function toDuration(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    throw new InstructionError(errorText(error), { culprit: text });
  }
}

function readRetries(text: string | undefined): Partial<HealthConfig> {
  if (text === undefined || text === "") return {};
  const problem = (reason: string) =>
    new InstructionError(`strconv.ParseInt: parsing ${goQuote(text)}: ${reason}`, { culprit: text });
  if (!/^[+-]?\d+$/.test(text)) throw problem("invalid syntax");
  const retries = Number(text);
  if (retries > 2 ** 31 - 1 || retries < -(2 ** 31)) throw problem("value out of range");
  if (retries < 0) throw new InstructionError(`--retries cannot be negative (${retries})`);
  return retries === 0 ? {} : { Retries: retries };
}
