import { EngineError } from "../../../base/index.ts";
import type { SpecInput } from "../../../spec/index.ts";
import type { RunDefinition } from "../../graph/definition.ts";
import type { BuildRequest } from "../../request.ts";
import type { RoomContext } from "../../room-context.ts";
import type { Step } from "./step.ts";

/** The network that a step runs in: `none`, `host`, `bridge` or the name of another. */
export function stepNetwork(definition: RunDefinition, request: BuildRequest): string {
  const name = definition.network === "default" ? request.network : definition.network;
  return name === "default" || name === "" ? "bridge" : name;
}

/** Throws `forbidden` (`network.host is not allowed`) when a step asks for what the build was not given. */
export function checkEntitlements({ network, security }: RunDefinition, request: BuildRequest): void {
  // Whoever has the whole build run in the host's network has allowed it.
  const hostAllowed = request.network === "host" || request.allow.includes("network.host");
  if (network === "host" && !hostAllowed) throw notAllowed("network.host");
  if (security === "insecure" && !request.allow.includes("security.insecure")) {
    throw notAllowed("security.insecure");
  }
}

function notAllowed(entitlement: string): EngineError {
  return new EngineError("forbidden", `${entitlement} is not allowed`, {
    hint: `allow it with --allow ${entitlement}`,
  });
}

/** Connects the step; the runtime gives `none` a new namespace by itself. */
export async function connectStep({ id, definition, context }: Step): Promise<SpecInput["network"]> {
  const name = stepNetwork(definition, context.request);
  if (name === "host") return "host";
  if (name === "none") return undefined;
  const { key } = context.networks.createSandbox(id);
  await context.networks.connect(id, name, { containerName: id });
  return { path: key };
}

/** The address of this host that `host-gateway` stands for. */
export function hostGateway({ networks }: Pick<RoomContext, "networks">): string {
  return networks.get("bridge").ipam.pools?.[0]?.gateway ?? "";
}
