import { EngineError, signalByName } from "../base/index.ts";

const LAST = 64;

/** Reads `SIGHUP`, `HUP`, `1`, `RTMIN+3`; throws `invalidArgument` with Docker's text. */
export function parseSignal(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : signalByName(text);
  if (number === undefined || number < 1 || number > LAST) {
    throw new EngineError("invalidArgument", `invalid signal: ${text}`);
  }
  return number;
}
