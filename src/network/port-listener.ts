import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Protocol } from "./types.ts";

/** A process of this host that uses a port. */
export interface Listener {
  readonly pid: number;
  readonly command: string;
}

const TCP_LISTEN = "0A";
const UDP_BOUND = "07";

/** Who uses the port, as far as /proc tells; undefined when it does not. */
export function findListener(protocol: Protocol, port: number): Listener | undefined {
  const sockets = [protocol, `${protocol}6`].flatMap((table) => socketsAt(table, port));
  if (sockets.length === 0) return undefined;
  const wanted = new Set(sockets.map((inode) => `socket:[${inode}]`));
  const pid = readdirIfThere("/proc").find(
    (name) => /^\d+$/.test(name) && openFiles(name).some((target) => wanted.has(target)),
  );
  return pid === undefined
    ? undefined
    : { pid: Number(pid), command: readIfThere(`/proc/${pid}/comm`).trim() };
}

function socketsAt(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return readIfThere(`/proc/thread-self/net/${table}`)
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local = "", , state = ""]) => local.endsWith(`:${hex}`) && [TCP_LISTEN, UDP_BOUND].includes(state),
    )
    .flatMap((fields) => fields[9] ?? []);
}

function openFiles(pid: string): string[] {
  return readdirIfThere(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return "";
    }
  });
}

function readdirIfThere(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
