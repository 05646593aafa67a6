import { constants } from "node:os";

const REALTIME = /^RT(?:MIN(?:\+([1-9]|1[0-5]))?|MAX(?:-([1-9]|1[0-4]))?)$/;
const REALTIME_FIRST = 34;
const REALTIME_LAST = 64;

/** The number of `SIGHUP`, `hup` or `RTMIN+3` on Linux; undefined when Docker knows no such signal. */
export function signalByName(text: string): number | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (name === "CLD") return constants.signals.SIGCHLD;
  const [realtime, above, below] = REALTIME.exec(name) ?? [];
  if (realtime === undefined) {
    return (constants.signals as Readonly<Record<string, number>>)[`SIG${name}`];
  }
  return realtime.startsWith("RTMIN")
    ? REALTIME_FIRST + Number(above ?? 0)
    : REALTIME_LAST - Number(below ?? 0);
}
