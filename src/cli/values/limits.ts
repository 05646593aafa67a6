import { goQuote } from "../../base/index.ts";
import { CliError } from "../cli-error.ts";
import type { RestartPolicy, Ulimit } from "./engine-types.ts";

const ULIMITS =
  "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(
    " ",
  );

/** Reads one `--ulimit`: `type=soft[:hard]`, -1 is unlimited. Throws with Docker's texts. */
export function parseUlimit(text: string): Ulimit {
  const at = text.indexOf("=");
  if (at < 0) throw new Error(`invalid ulimit argument: ${text}`);
  const name = text.slice(0, at);
  const limits = text.slice(at + 1);
  if (!ULIMITS.includes(name)) throw new Error(`invalid ulimit type: ${name}`);
  const parts = limits.split(":");
  if (parts.length > 2) {
    throw new Error(`too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``);
  }
  const [soft = 0, hard = soft] = parts.map(parseLimit);
  if (hard !== -1 && soft === -1) {
    throw new Error(
      `ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: ${hard}`,
    );
  }
  if (hard !== -1 && soft > hard) {
    throw new Error(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  }
  return { Name: name, Hard: hard, Soft: soft };
}

function parseLimit(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`);
  return Number(text);
}

const SYSCTLS = [
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
];

/** Checks one `--sysctl`: only what has a namespace of its own may be set. */
export function checkSysctl(text: string): string {
  const [name = ""] = text.split("=", 1);
  const known = SYSCTLS.includes(name) || name.startsWith("net.") || name.startsWith("fs.mqueue.");
  if (!text.includes("=") || !known) throw new Error(`sysctl '${text}' is not allowed`);
  return text;
}

/** Reads `--restart`; whether there is such a policy, the engine says. Throws {@link CliError} with Docker's texts. */
export function parseRestart(text: string): RestartPolicy {
  const [name = "", count, ...more] = text.split(":");
  const format = "invalid restart policy format";
  if (text === "") return { Name: "no", MaximumRetryCount: 0 };
  if (name === "") throw invalid(`${format}: no policy provided before colon`);
  if (more.length > 0 || (count !== undefined && !/^[+-]?\d+$/.test(count))) {
    throw invalid(`${format}: maximum retry count must be an integer`);
  }
  return { Name: name as RestartPolicy["Name"], MaximumRetryCount: Number(count ?? 0) };
}

function invalid(message: string): CliError {
  return new CliError(message);
}
