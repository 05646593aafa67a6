import { EngineError, signalByName } from "../base/index.ts";

const LAST = 64;

/** Reads `SIGHUP`, `HUP`, `1`, `RTMIN+3`; throws `invalidArgument` with Docker's text. */
export function parseSignal(text: string): number {
  const isNumber = /^-?\d+$/.test(text) && Number(text) !== 0;
  const number = isNumber ? Number(text) : signalByName(text);
  if (number === undefined) throw new EngineError("invalidArgument", `invalid signal: ${text}`);
  if (number < 1 || number > LAST) {
    throw new EngineError("invalidArgument", `the linux daemon does not support signal ${number}`);
  }
  return number;
}
