import { EngineError } from "../base/index.ts";
import { type RuntimeProcess, type RuntimeRlimit, rawInteger, toCapabilities } from "../runtime/index.ts";
import { toEnvironment } from "./environment.ts";
import type { HostFacts } from "./host-facts.ts";
import { parseSecurityOptions } from "./security-options.ts";
import type { SpecInput } from "./spec-input.ts";
import type { SpecContainer, Ulimit } from "./types.ts";
import { resolveUser } from "./users.ts";

/** Where the program of `--init` is inside a container: Docker's place. */
export const INIT_TARGET = "/sbin/docker-init";

const UNLIMITED = rawInteger(2n ** 64n - 1n);

/** The first process of a container. Throws `invalidArgument` with Docker's texts for users that are not there. */
export function toProcess(input: SpecInput, hostname: string): RuntimeProcess {
  const { container, users, facts } = input;
  const { config, hostConfig } = container;
  const { home, ...user } = resolveUser(config.User ?? "", users, hostConfig.GroupAdd ?? []);
  const [height, width] = hostConfig.ConsoleSize;
  const { noNewPrivileges } = parseSecurityOptions(hostConfig.SecurityOpt ?? []);
  const apparmor = toAppArmor(container, facts);
  return {
    ...(config.Tty ? { terminal: true } : {}),
    ...(config.Tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    user,
    args: [...(hostConfig.Init ? [INIT_TARGET, "--"] : []), container.path, ...container.args],
    env: toEnvironment({ hostname, terminal: config.Tty, home, entries: config.Env ?? [] }),
    cwd: config.WorkingDir || "/",
    capabilities: toProcessCapabilities(containerCapabilities(container, facts)),
    ...(hostConfig.Ulimits.length > 0 ? { rlimits: hostConfig.Ulimits.map(toRlimit) } : {}),
    ...(noNewPrivileges ? { noNewPrivileges: true } : {}),
    ...(apparmor === undefined ? {} : { apparmorProfile: apparmor }),
    oomScoreAdj: hostConfig.OomScoreAdj,
  };
}

/** The capabilities of a container, before its user is looked at. */
export function containerCapabilities(
  { hostConfig }: Pick<SpecContainer, "hostConfig">,
  facts: Pick<HostFacts, "capabilities">,
): readonly string[] {
  return toCapabilities({
    add: hostConfig.CapAdd ?? [],
    drop: hostConfig.CapDrop ?? [],
    privileged: hostConfig.Privileged,
    available: facts.capabilities,
  });
}

/** The sets of one process; the kernel itself takes the effective ones from a user who is not root. */
export function toProcessCapabilities(names: readonly string[]): NonNullable<RuntimeProcess["capabilities"]> {
  return { bounding: names, effective: names, permitted: names };
}

/** The AppArmor profile asked for; undefined leaves the process without one. Throws `notImplemented` where there is no AppArmor. */
export function toAppArmor(
  { hostConfig }: Pick<SpecContainer, "hostConfig">,
  facts: Pick<HostFacts, "appArmor">,
): string | undefined {
  const { apparmor } = parseSecurityOptions(hostConfig.SecurityOpt ?? []);
  if (apparmor === undefined || apparmor === "" || apparmor === "unconfined") return undefined;
  if (facts.appArmor) return apparmor;
  throw new EngineError(
    "notImplemented",
    `AppArmor profile "${apparmor}" cannot be used: AppArmor is not enabled on this host`,
  );
}

function toRlimit({ Name: name, Hard: hard, Soft: soft }: Ulimit): RuntimeRlimit {
  return { type: `RLIMIT_${name.toUpperCase()}`, hard: toLimit(hard), soft: toLimit(soft) };
}

function toLimit(value: number): RuntimeRlimit["hard"] {
  return value < 0 ? UNLIMITED : value;
}
