import { CliError } from "../../../cli-error.ts";
import type { FlagValues } from "../../../flags/flag.ts";
import type { RequestConfig } from "../../../values/engine-types.ts";
import type { HEALTH_FLAGS } from "../flags/health-flags.ts";
import { given, numberOf } from "./given.ts";

type Healthcheck = NonNullable<RequestConfig["Healthcheck"]>;

/** The health check that the flags ask for; undefined when they say nothing. Throws {@link CliError} with Docker's texts. */
export function toHealthcheck(flags: FlagValues<typeof HEALTH_FLAGS>): Healthcheck | undefined {
  const command = flags["health-cmd"];
  const numbers = {
    interval: flags["health-interval"],
    timeout: flags["health-timeout"],
    "start-period": flags["health-start-period"],
    "start-interval": flags["health-start-interval"],
    retries: flags["health-retries"],
  };
  const asked = command !== "" || Object.values(numbers).some((value) => value !== 0);
  if (flags["no-healthcheck"]) {
    if (asked) throw invalid("--no-healthcheck conflicts with --health-* options");
    return { Test: ["NONE"] };
  }
  for (const [name, value] of Object.entries(numbers)) {
    if (value < 0) throw invalid(`--health-${name} cannot be negative`);
  }
  if (!asked) return undefined;
  return given<Healthcheck>({
    Test: command === "" ? undefined : ["CMD-SHELL", command],
    Interval: numberOf(numbers.interval),
    Timeout: numberOf(numbers.timeout),
    StartPeriod: numberOf(numbers["start-period"]),
    StartInterval: numberOf(numbers["start-interval"]),
    Retries: numberOf(numbers.retries),
  });
}

function invalid(message: string): CliError {
  return new CliError(message);
}
