import type { HealthConfig } from "../../oci/index.ts";
import type { ContainerConfig } from "../../spec/index.ts";
import { parseSignal } from "../signals.ts";
import { invalid } from "./errors.ts";

const MILLISECOND = 1_000_000;
const LONGEST_HOSTNAME = 64;

/** Checks what a container is to run. Throws `invalidArgument` with Docker's texts. */
export function validateConfig(config: Partial<ContainerConfig>): void {
  for (const entry of config.Env ?? []) {
    if (entry === "" || entry.startsWith("=")) throw invalid(`invalid environment variable: ${entry}`);
    if (entry.includes("\0")) throw invalid("invalid environment variable: it contains a NUL byte");
  }
  if (config.WorkingDir && !config.WorkingDir.startsWith("/")) {
    throw invalid(`the working directory '${config.WorkingDir}' is invalid, it needs to be an absolute path`);
  }
  if (config.StopSignal) parseSignal(config.StopSignal);
  if (config.Healthcheck !== undefined) validateHealth(config.Healthcheck);
  for (const name of [config.Hostname ?? "", config.Domainname ?? ""]) {
    // sethostname(2) takes no more, and the container would only fail at its start.
    if (Buffer.byteLength(name) > LONGEST_HOSTNAME || name.includes("\0")) {
      throw invalid(`invalid hostname "${name}": it has more than ${LONGEST_HOSTNAME} characters`);
    }
  }
}

function validateHealth(health: HealthConfig): void {
  for (const field of ["Interval", "Timeout", "StartPeriod", "StartInterval"] as const) {
    const value = health[field] ?? 0;
    if (value !== 0 && value < MILLISECOND) throw invalid(`${field} in Healthcheck cannot be less than 1ms`);
  }
  if ((health.Retries ?? 0) < 0) throw invalid("Retries in Healthcheck cannot be negative");
  const [kind = "NONE"] = health.Test ?? [];
  if (!["", "NONE", "CMD", "CMD-SHELL"].includes(kind)) {
    throw invalid(`Unknown type '${kind}' in Healthcheck (try 'CMD') in container config`);
  }
}
