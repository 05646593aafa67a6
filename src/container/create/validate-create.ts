import type { ContainerConfig, HostConfig, HostFacts } from "../../spec/index.ts";
import { parseMounts } from "./mount-requests.ts";
import { checkName } from "./names.ts";
import { validateConfig } from "./validate-config.ts";
import { validateLog } from "./validate-log.ts";
import { validateNamespaces, validateNetwork } from "./validate-network.ts";
import { validateOptions } from "./validate-options.ts";
import { validateResources } from "./validate-resources.ts";

/** A request to create a container, before anything is filled in. */
export interface UncheckedRequest {
  readonly name?: string;
  readonly config: Partial<ContainerConfig>;
  readonly hostConfig?: Partial<HostConfig>;
}

/**
 * Refuses a request that cannot work, before anything is made. Reads nothing but `facts`.
 * Throws `invalidArgument` with Docker's texts, or `notImplemented` for what Strake does not do.
 */
export function validateCreate(
  request: UncheckedRequest,
  facts: Pick<HostFacts, "cpus" | "onlineCpus" | "memoryNodes" | "appArmor">,
): void {
  const { name, config, hostConfig = {} } = request;
  if (name !== undefined && name !== "") checkName(name.startsWith("/") ? name.slice(1) : name);
  validateConfig(config);
  validateNetwork(config, hostConfig);
  validateNamespaces(hostConfig);
  validateOptions(hostConfig, facts);
  validateResources(hostConfig, facts);
  validateLog(hostConfig.LogConfig?.Type || "json-file", hostConfig.LogConfig?.Config ?? {});
  parseMounts(hostConfig);
}
