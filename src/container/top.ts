import { EngineError } from "../base/index.ts";
import { run } from "../host/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { notRunning } from "./errors.ts";
import { processOf } from "./state.ts";
import { findContainer } from "./table.ts";

/** The processes of a container as the host's `ps` shows them. */
export interface ProcessTable {
  readonly titles: string[];
  readonly processes: string[][];
}

/** Runs `ps` on the host with the given arguments (default `-ef`) and keeps the rows of the container. */
export async function containerTop(
  context: ContainerContext,
  name: string,
  psArguments: readonly string[],
): Promise<ProcessTable> {
  const record = findContainer(context.store, name);
  const process = processOf(record.state);
  if (process === undefined) throw notRunning(record);
  if (record.state.status === "restarting") {
    throw new EngineError(
      "conflict",
      `Container ${record.id} is restarting, wait until the container is running`,
    );
  }
  const pids = new Set(context.runtime(record.hostConfig.Runtime).processes(record.id, process.pid));
  const result = await run(["ps", ...(psArguments.length === 0 ? ["-ef"] : psArguments)]);
  if (result.exitCode !== 0) {
    const [said = ""] = result.stderr.trim().split("\n");
    throw new EngineError("internal", `ps: ${said || `exit status ${result.exitCode}`}`);
  }
  const table = keepProcesses(result.stdout, pids);
  containerEvent(context.store, record, "top");
  return table;
}

/** Splits the output of `ps` into columns and keeps the rows whose PID is wanted. Throws when it has no PID column. */
export function keepProcesses(output: string, pids: ReadonlySet<number>): ProcessTable {
  const [head = "", ...rows] = output.split("\n").filter((line) => line.trim() !== "");
  const titles = head.trim().split(/\s+/);
  const pidColumn = titles.indexOf("PID");
  if (pidColumn < 0) throw new EngineError("invalidArgument", "Couldn't find PID field in ps output");
  const processes = rows
    .map((row) => splitColumns(row, titles.length))
    .filter((columns) => pids.has(Number(columns[pidColumn])));
  return { titles, processes };
}

function splitColumns(row: string, count: number): string[] {
  const fields = row.trim().split(/\s+/);
  return [...fields.slice(0, count - 1), fields.slice(count - 1).join(" ")];
}
