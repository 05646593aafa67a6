import { hostPlatform } from "../oci/index.ts";
import { type LinuxSeccomp, openSeccomp } from "../runtime/index.ts";
import type { HostFacts } from "./host-facts.ts";
import { containerCapabilities } from "./process.ts";
import { parseSecurityOptions } from "./security-options.ts";
import type { SpecContainer } from "./types.ts";

/**
 * The system call filter that a container gets, as Docker decides it: the distribution's default, another by
 * `--security-opt seccomp=`, and none for a privileged container that asks for none.
 * Throws `unavailable` when the default is not installed, `invalidArgument` for a profile that cannot be read.
 */
export function openContainerSeccomp(
  container: Pick<SpecContainer, "hostConfig">,
  facts: Pick<HostFacts, "capabilities" | "kernel">,
): LinuxSeccomp | undefined {
  const { seccomp: profile } = parseSecurityOptions(container.hostConfig.SecurityOpt ?? []);
  const asked = profile !== undefined && profile !== "";
  if (container.hostConfig.Privileged && !asked) return undefined;
  return openSeccomp({
    ...(asked ? { profile } : {}),
    capabilities: containerCapabilities(container, facts),
    architecture: hostPlatform().architecture,
    kernel: facts.kernel,
  });
}
