import { type Outcome, type ProcessOptions, runProcess } from "./run-process.ts";

/** Runs the real `docker args…` against the engine of `$DOCKER_HOST` (or Docker's default socket). */
export function docker(args: readonly string[], options: ProcessOptions = {}): Promise<Outcome> {
  return runProcess(["docker", ...args], options);
}

let version: Promise<string | undefined> | undefined;

/** The version of the real engine; undefined when there is no `docker` or no engine to talk to. */
export function dockerVersion(): Promise<string | undefined> {
  version ??= readVersion();
  return version;
}

async function readVersion(): Promise<string | undefined> {
  if (Bun.which("docker") === null) return undefined;
  const { stdout, exitCode } = await docker(["version", "--format", "{{.Server.Version}}"], {
    timeout: 5_000,
  });
  return exitCode === 0 ? stdout.trim() : undefined;
}
