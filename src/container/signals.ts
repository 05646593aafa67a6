import { constants } from "node:os";
import { EngineError } from "../base/index.ts";

const REALTIME_FIRST = 34;
const REALTIME_LAST = 64;

/** Reads `SIGHUP`, `HUP`, `1`, `RTMIN+3`; throws `invalidArgument` with Docker's text. */
export function parseSignal(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : byName(text.toUpperCase().replace(/^SIG/, ""));
  if (number === undefined || number < 1 || number > REALTIME_LAST) {
    throw new EngineError("invalidArgument", `invalid signal: ${text}`);
  }
  return number;
}

function byName(name: string): number | undefined {
  const realtime = /^RT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name);
  if (realtime === null) return (constants.signals as Readonly<Record<string, number>>)[`SIG${name}`];
  const base = realtime[1] === "MIN" ? REALTIME_FIRST : REALTIME_LAST;
  const offset = Number(realtime[3] ?? 0) * (realtime[2] === "-" ? -1 : 1);
  const number = base + offset;
  return number >= REALTIME_FIRST && number <= REALTIME_LAST ? number : undefined;
}
