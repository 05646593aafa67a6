import { parseCapabilities } from "../../runtime/index.ts";
import {
  type HostConfig,
  type HostFacts,
  parseDeviceRule,
  parseSecurityOptions,
  type Ulimit,
} from "../../spec/index.ts";
import { invalid, unsupported } from "./errors.ts";

const RESTART_POLICIES = ["no", "always", "on-failure", "unless-stopped"];
const ULIMITS = new Set(
  "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(
    " ",
  ),
);
const IPC_SYSCTLS = new Set(
  "msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced".split(" ").map((name) => `kernel.${name}`),
);

/** Checks everything of a host config but limits, networks, logs and mounts. Throws `invalidArgument` with Docker's texts. */
export function validateOptions(asked: Partial<HostConfig>, facts: Pick<HostFacts, "appArmor">): void {
  validateRestart(asked);
  parseCapabilities(asked.CapAdd ?? [], "CapAdd");
  parseCapabilities(asked.CapDrop ?? [], "CapDrop");
  const { apparmor } = parseSecurityOptions(asked.SecurityOpt ?? []);
  if (apparmor !== undefined && apparmor !== "" && apparmor !== "unconfined" && !facts.appArmor) {
    throw unsupported(`AppArmor profile "${apparmor}" cannot be used: AppArmor is not enabled on this host`);
  }
  const score = asked.OomScoreAdj ?? 0;
  if (score < -1000 || score > 1000) {
    throw invalid(`Invalid value ${score}, range for oom score adj is [-1000, 1000]`);
  }
  for (const name of Object.keys(asked.Sysctls ?? {})) checkSysctl(name, asked);
  for (const limit of asked.Ulimits ?? []) checkUlimit(limit);
  for (const rule of asked.DeviceCgroupRules ?? []) parseDeviceRule(rule);
  if (Object.keys(asked.Annotations ?? {}).includes("")) {
    throw invalid("invalid Annotations: the empty string is not permitted as an annotation key");
  }
  const [option] = Object.keys(asked.StorageOpt ?? {});
  if (option !== undefined) {
    if (option.toLowerCase() !== "size") throw invalid(`Unknown option ${option}`);
    throw unsupported("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
  }
}

/** Checks the restart policy of a request. Throws `invalidArgument` with Docker's texts. */
export function validateRestart(asked: Pick<Partial<HostConfig>, "RestartPolicy" | "AutoRemove">): void {
  const count = asked.RestartPolicy?.MaximumRetryCount ?? 0;
  const name: string = asked.RestartPolicy?.Name || "no";
  const refuse = (reason: string): Error => invalid(`invalid restart policy: ${reason}`);
  if (!RESTART_POLICIES.includes(name)) {
    throw refuse(`unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`);
  }
  if (name !== "on-failure" && count !== 0) {
    throw refuse("maximum retry count can only be used with 'on-failure'");
  }
  if (count < 0) throw refuse("maximum retry count cannot be negative");
  if (asked.AutoRemove && name !== "no") {
    throw invalid("can't create 'AutoRemove' container with restart policy");
  }
}

// Only what belongs to a namespace of the container's own may be set; runc has the same rules and texts.
function checkSysctl(name: string, { IpcMode, NetworkMode }: Partial<HostConfig>): void {
  if (name.startsWith("net.")) {
    if (NetworkMode === "host") throw invalid(`sysctl "${name}" not allowed in host network namespace`);
  } else if (IPC_SYSCTLS.has(name) || name.startsWith("fs.mqueue.")) {
    if (IpcMode === "host") throw invalid(`sysctl "${name}" is not allowed in the hosts ipc namespace`);
  } else if (name !== "kernel.domainname") {
    throw invalid(`sysctl "${name}" is not in a separate kernel namespace`);
  }
}

function checkUlimit({ Name: name, Soft: soft, Hard: hard }: Ulimit): void {
  if (!ULIMITS.has(name)) throw invalid(`invalid ulimit type: ${name}`);
  const isLess = hard !== -1 && (soft > hard || soft === -1);
  if (isLess) throw invalid(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
}
