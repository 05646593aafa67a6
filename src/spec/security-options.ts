import { EngineError } from "../base/index.ts";

/** What `--security-opt` asked for. */
export interface SecurityOptions {
  readonly noNewPrivileges: boolean;
  /** `unconfined`, `builtin` or the JSON of a profile; undefined when not asked for. */
  readonly seccomp: string | undefined;
  /** A profile's name or `unconfined`; undefined when not asked for. */
  readonly apparmor: string | undefined;
  readonly writableCgroups: boolean;
}

/**
 * Reads `key=value` (or, as Docker once had it, `key:value`) options. `label` options have no effect: there is no
 * SELinux here. Throws `invalidArgument` (`invalid --security-opt 2: "x=y"`).
 */
export function parseSecurityOptions(options: readonly string[]): SecurityOptions {
  let noNewPrivileges = false;
  let writableCgroups = false;
  let seccomp: string | undefined;
  let apparmor: string | undefined;
  for (const option of options) {
    if (option === "no-new-privileges") noNewPrivileges = true;
    if (option === "no-new-privileges" || option === "disable") continue;
    const [key, value] = splitOption(option);
    if (key === "seccomp") seccomp = value;
    else if (key === "apparmor") apparmor = value;
    else if (key === "no-new-privileges") noNewPrivileges = parseBoolean(value, option);
    else if (key === "writable-cgroups") writableCgroups = parseBoolean(value, option);
    else if (key !== "label") throw invalidOption(2, option);
  }
  return { noNewPrivileges, seccomp, apparmor, writableCgroups };
}

function splitOption(option: string): [string, string] {
  const at = option.includes("=") ? option.indexOf("=") : option.indexOf(":");
  if (at < 0) throw invalidOption(1, option);
  return [option.slice(0, at), option.slice(at + 1)];
}

function parseBoolean(value: string, option: string): boolean {
  if (/^(?:1|t|true)$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  throw invalidOption(2, option);
}

function invalidOption(place: 1 | 2, option: string): EngineError {
  return new EngineError("invalidArgument", `invalid --security-opt ${place}: ${JSON.stringify(option)}`);
}
