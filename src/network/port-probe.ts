import { readFileSync } from "node:fs";
import { errnoOf } from "../base/index.ts";
import type { Protocol } from "./types.ts";

/** Why a port of this host cannot be had, in the kernel's words; undefined when it is free. */
export async function probePort(
  protocol: Protocol,
  hostIp: string,
  port: number,
): Promise<string | undefined> {
  try {
    if (protocol === "tcp") {
      Bun.listen({ hostname: hostIp, port, exclusive: true, socket: { data() {} } }).stop(true);
    } else if (protocol === "udp") {
      (await Bun.udpSocket({ hostname: hostIp, port })).close();
    } else if (sctpPorts().has(port)) {
      return "address already in use";
    }
    return undefined;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "EADDRINUSE") return "address already in use";
    if (code === "EADDRNOTAVAIL") return "cannot assign requested address";
    if (code === "EACCES") return "permission denied";
    throw error;
  }
}

// The JavaScript runtime has no SCTP sockets to try with; the kernel lists those of others.
function sctpPorts(): Set<number> {
  try {
    const lines = readFileSync("/proc/thread-self/net/sctp/eps", "utf8").trim().split("\n").slice(1);
    return new Set(lines.map((line) => Number(line.trim().split(/\s+/)[5])));
  } catch {
    return new Set();
  }
}
