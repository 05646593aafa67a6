import { EngineError } from "../base/index.ts";

/** Docker's 404 of a network. */
export function networkNotFound(name: string): EngineError {
  return new EngineError("notFound", `network ${name} not found`);
}

/** All complaints about what was asked of a network, in Docker's form: one alone on its line, several as a list. */
export function invalidEndpoint(reasons: readonly string[]): EngineError {
  const [only = ""] = reasons;
  const text = reasons.length === 1 ? only : reasons.map((reason) => `* ${reason}`).join("\n");
  return new EngineError("invalidArgument", `invalid endpoint settings:\n${text}`);
}

export function invalidMac(mac: string): EngineError {
  return new EngineError("invalidArgument", `invalid MAC address ${mac}`);
}

/** Why an endpoint's ports could not be published; `reason` is one of the functions below. */
export function connectivityFailed(
  {
    containerName,
    endpoint,
  }: { readonly containerName: string; readonly endpoint: { readonly endpointId: string } },
  reason: string,
  hint?: string,
): EngineError {
  return new EngineError(
    "internal",
    `driver failed programming external connectivity on endpoint ${containerName} (${endpoint.endpointId}): ${reason}`,
    hint === undefined ? {} : { hint },
  );
}

export function portAllocated(hostIp: string, port: number): string {
  return `Bind for ${hostIp}:${port} failed: port is already allocated`;
}

export function portInUse(binding: string, reason: string): string {
  return `failed to bind host port for ${binding}: ${reason}`;
}

export function allPortsAllocated(): string {
  return "all ports are allocated";
}

export function addressInUse(): EngineError {
  return new EngineError("conflict", "Address already in use");
}

export function noAddressLeft(family: 4 | 6): EngineError {
  return new EngineError(
    "unavailable",
    `no available IPv${family} addresses on this network's address pools`,
    {
      hint: "stop containers that no longer need their address",
    },
  );
}

/** The container is there already. */
export function endpointExists(containerName: string, network: string): EngineError {
  return new EngineError(
    "forbidden",
    `endpoint with name ${containerName} already exists in network ${network}`,
  );
}
