import { EngineError } from "../../base/index.ts";
import { type RunResult, run } from "../../host/index.ts";

/** Where and how git runs. */
export interface GitPlace {
  /** A folder of the build, in place of the user's home: no settings of anybody count. */
  readonly home: string;
  readonly cwd?: string;
  readonly signal: AbortSignal;
}

/** What may reach the machine of a user or an attacker through a repository's settings is switched off. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.attributesFile=/dev/null",
  "init.templateDir=",
  "credential.helper=",
  "protocol.file.allow=never",
  "advice.detachedHead=false",
  "gc.auto=0",
];

/** Variables of the caller that decide how another machine is reached. */
const PASSED = [
  "PATH",
  "SSH_AUTH_SOCK",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
];

/** Runs git to its end. Throws `unavailable` when there is no git. */
export async function tryGit(
  args: readonly string[],
  { home, cwd = home, signal }: GitPlace,
): Promise<RunResult> {
  const settings = SETTINGS.flatMap((setting) => ["-c", setting]);
  return await run(["git", ...settings, ...args], { env: environment(home), cwd, signal });
}

/** As {@link tryGit}; throws `unavailable` with what git said when it fails. */
export async function git(args: readonly string[], place: GitPlace): Promise<string> {
  const { exitCode, stdout, stderr } = await tryGit(args, place);
  if (exitCode === 0) return stdout;
  const said = stderr.trim().split("\n").slice(-3).join("; ");
  throw new EngineError("unavailable", `git ${args[0]}: ${said || `exit code ${exitCode}`}`);
}

function environment(home: string): Record<string, string> {
  const passed = PASSED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    SSH_ASKPASS: "/bin/false",
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes",
    GIT_ALLOW_PROTOCOL: "http:https:ssh:git",
    GIT_LFS_SKIP_SMUDGE: "1",
  };
}
