import { EngineError } from "../../base/index.ts";

/** A request that cannot be met, with Docker's text. */
export function invalid(message: string, hint?: string): EngineError {
  return new EngineError("invalidArgument", message, hint === undefined ? {} : { hint });
}

/** A request that Docker can meet and Strake cannot. */
export function unsupported(message: string, hint?: string): EngineError {
  return new EngineError("notImplemented", message, hint === undefined ? {} : { hint });
}

/** A mount that cannot be made. */
export function invalidMount(type: string, reason: string): EngineError {
  return invalid(`invalid mount config for type "${type}": ${reason}`);
}
