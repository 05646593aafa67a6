import { readFileSync } from "node:fs";
import type { ProcessStats } from "./types.ts";

/** The counters of the network interfaces that the process `pid` sees, but for the loopback (proc_pid_net(5)). */
export function readNetworkCounters(pid: number): ProcessStats["networks"] {
  return parseNetworkCounters(readFileSync(`/proc/${pid}/net/dev`, "utf8"));
}

/** Reads the text of /proc/PID/net/dev. */
export function parseNetworkCounters(text: string): ProcessStats["networks"] {
  const networks: Record<string, ProcessStats["networks"][string]> = {};
  for (const line of text.split("\n").slice(2)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim();
    if (colon < 0 || name === "lo") continue;
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    const at = (index: number): number => fields[index] ?? 0;
    networks[name] = {
      rxBytes: at(0),
      rxPackets: at(1),
      rxErrors: at(2),
      rxDropped: at(3),
      txBytes: at(8),
      txPackets: at(9),
      txErrors: at(10),
      txDropped: at(11),
    };
  }
  return networks;
}
