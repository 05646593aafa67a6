import { EngineError, isIP } from "../base/index.ts";

/** One `--add-host`. */
export interface ExtraHost {
  readonly name: string;
  /** An address, or `host-gateway`. */
  readonly address: string;
}

/** Stands for the host's address on the container's network. */
export const HOST_GATEWAY = "host-gateway";

/** Reads `name:address` or `name=address`, IPv6 also in brackets; Docker's errors. */
export function parseExtraHost(text: string): ExtraHost {
  const match = /^([^=:]+)[=:](.+)$/s.exec(text);
  if (match === null) {
    throw new EngineError("invalidArgument", `bad format for add-host: ${JSON.stringify(text)}`);
  }
  const [, name = "", raw = ""] = match;
  const bracketed = /^\[(.*)\]$/.exec(raw)?.[1];
  const address = bracketed !== undefined && isIP(bracketed) === 6 ? bracketed : raw;
  if (address !== HOST_GATEWAY && isIP(address) === 0) {
    throw new EngineError("invalidArgument", `invalid IP address in add-host: ${JSON.stringify(raw)}`);
  }
  return { name, address };
}
