import { readFileSync, statfsSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import type { Tool } from "./tools/tool.ts";

const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext2/3/4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x01021994, "tmpfs"],
  [0x794c7630, "overlay"],
  [0x2fc12fc1, "zfs"],
]);

/** What the numbers depend on: machine, kernel, file system of the data, versions. */
export function readFacts(tools: readonly Tool[], folder: string): readonly (readonly [string, string])[] {
  const type = statfsSync(folder).type;
  return [
    ["cores", `${cpus().length}, ${cpus()[0]?.model ?? "unknown"}`],
    ["memory", `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ["kernel", release()],
    ["system", readSystemName()],
    ["file system", FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`],
    ["date", new Date().toISOString().slice(0, 10)],
    ...tools.map((tool) => [tool.name, tool.version] as const),
  ];
}

function readSystemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}
