import type { PublishedPort } from "../../../api/index.ts";

interface Group {
  readonly key: string;
  readonly first: number;
  last: number;
}

/** The PORTS column: neighbours that are published under their own number are joined to ranges, the others follow. */
export function formatPorts(ports: readonly PublishedPort[]): string {
  const open = new Map<string, Group>();
  const finished: Group[] = [];
  const mapped: string[] = [];
  for (const port of [...ports].sort(comparePorts)) {
    const { IP, PrivatePort, PublicPort, Type } = port;
    if (IP !== undefined && PublicPort !== PrivatePort) {
      mapped.push(`${joinHost(IP, String(PublicPort))}->${PrivatePort}/${Type}`);
      continue;
    }
    const key = IP === undefined ? Type : `${IP}/${Type}`;
    const group = open.get(key);
    if (group !== undefined && PrivatePort === group.last + 1) {
      group.last = PrivatePort;
      continue;
    }
    if (group !== undefined) finished.push(group);
    open.set(key, { key, first: PrivatePort, last: PrivatePort });
  }
  return [...[...finished, ...open.values()].map(formatGroup), ...mapped].join(", ");
}

function comparePorts(a: PublishedPort, b: PublishedPort): number {
  if (a.PrivatePort !== b.PrivatePort) return a.PrivatePort - b.PrivatePort;
  if (a.IP !== b.IP) return (a.IP ?? "") < (b.IP ?? "") ? -1 : 1;
  if (a.PublicPort !== b.PublicPort) return (a.PublicPort ?? 0) - (b.PublicPort ?? 0);
  return a.Type < b.Type ? -1 : 1;
}

function formatGroup({ key, first, last }: Group): string {
  const slash = key.lastIndexOf("/");
  const range = first === last ? String(first) : `${first}-${last}`;
  if (slash < 0) return `${range}/${key}`;
  return `${joinHost(key.slice(0, slash), range)}->${range}/${key.slice(slash + 1)}`;
}

function joinHost(ip: string, port: string): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}
