import { DEFAULT_PATH, overlayEnvironment, withHome } from "../../../spec/index.ts";
import type { RunDefinition } from "../../graph/definition.ts";
import type { BuildRequest } from "../../request.ts";

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"] as const;

/** What the environment of a step is made from beside its definition. */
export interface StepEnvironment {
  readonly proxies: BuildRequest["proxies"];
  /** Where the first agent is to be found; undefined without one. */
  readonly sshSocket: string | undefined;
  /** `NAME=value` of secrets. */
  readonly secrets: readonly string[];
  readonly home: string;
}

/** The environment of a step in BuildKit's order: its own, the agent, the proxies, PATH where it is missing, secrets, HOME. */
export function toStepEnvironment(
  { env }: Pick<RunDefinition, "env">,
  { proxies, sshSocket, secrets, home }: StepEnvironment,
): string[] {
  const wanted = [
    ...(sshSocket === undefined ? [] : [`SSH_AUTH_SOCK=${sshSocket}`]),
    ...proxyEntries(proxies),
    `PATH=${DEFAULT_PATH}`,
  ];
  const own = new Set(env.map(nameOf));
  const added = wanted.filter((entry) => !own.has(nameOf(entry)));
  return withHome(overlayEnvironment([...env, ...added], secrets), home);
}

function proxyEntries(proxies: BuildRequest["proxies"]): string[] {
  return PROXIES.flatMap((upper) => {
    const lower = upper.toLowerCase();
    const [first = proxies[lower], second = proxies[upper]] = [proxies[upper], proxies[lower]];
    if (!first || !second) return [];
    return [`${upper}=${first}`, `${lower}=${second}`];
  });
}

function nameOf(entry: string): string {
  const [name = ""] = entry.split("=", 1);
  return name;
}
