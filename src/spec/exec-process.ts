import type { RuntimeProcess } from "../runtime/index.ts";
import { overlayEnvironment, toEnvironment, withHome } from "./environment.ts";
import type { HostFacts } from "./host-facts.ts";
import { containerCapabilities, toAppArmor, toProcessCapabilities } from "./process.ts";
import { parseSecurityOptions } from "./security-options.ts";
import type { SpecContainer } from "./types.ts";
import { resolveUser, type UserFiles } from "./users.ts";

/** What an additional process is to be; the fields of Docker's exec create request that shape it. */
export interface ExecShape {
  readonly Cmd: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Privileged?: boolean;
  readonly Tty: boolean;
  readonly ConsoleSize?: readonly [number, number];
}

/** What {@link toExecProcess} needs beside the request. */
export interface ExecContext {
  readonly users: UserFiles;
  readonly facts: Pick<HostFacts, "capabilities" | "appArmor">;
  /** As the container has it; that of its config if not given. */
  readonly hostname?: string;
}

/**
 * A process to add to a running container: its environment, folder and user where the request names none.
 * Throws `invalidArgument` with Docker's texts.
 */
export function toExecProcess(
  container: SpecContainer,
  request: ExecShape,
  { users, facts, hostname = container.config.Hostname }: ExecContext,
): RuntimeProcess {
  const { config, hostConfig } = container;
  const { home, ...user } = resolveUser(request.User || config.User || "", users, hostConfig.GroupAdd ?? []);
  const first = toEnvironment({ hostname, terminal: request.Tty, home, entries: config.Env ?? [] });
  const inherited = first.filter((entry) => !entry.startsWith("HOME=") || config.Env?.includes(entry));
  const [height, width] = request.ConsoleSize ?? [0, 0];
  const apparmor = toAppArmor(container, facts);
  const { noNewPrivileges } = parseSecurityOptions(hostConfig.SecurityOpt ?? []);
  const capabilities = request.Privileged ? facts.capabilities : containerCapabilities(container, facts);
  return {
    ...(request.Tty ? { terminal: true } : {}),
    ...(request.Tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    user,
    args: request.Cmd,
    env: withHome(overlayEnvironment(inherited, request.Env ?? []), home),
    cwd: request.WorkingDir || config.WorkingDir || "/",
    capabilities: toProcessCapabilities(capabilities),
    ...(noNewPrivileges ? { noNewPrivileges: true } : {}),
    ...(apparmor === undefined ? {} : { apparmorProfile: apparmor }),
    oomScoreAdj: hostConfig.OomScoreAdj,
  };
}
