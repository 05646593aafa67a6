import { isEngineError } from "../../../base/index.ts";
import type { Containers, ProcessStats } from "../../../engine/index.ts";
import { type Call, command } from "../../command.ts";
import { readConfigFile } from "../../config-file.ts";
import { bool } from "../../flags/kinds.ts";
import { resolveFormat, writeList } from "../../format/index.ts";
import { LIST_FORMAT } from "../shared-flags.ts";
import { containerName } from "./container-name.ts";
import { STATS_HEADER, STATS_TABLE, type StatsSample, statsRow } from "./stats-row.ts";

const FLAGS = {
  all: bool("Show all containers (default shows just running)", { shorthand: "a" }),
  format: LIST_FORMAT,
  "no-stream": bool("Disable streaming stats and only pull the first result"),
  "no-trunc": bool("Do not truncate output"),
};

/** Milliseconds between two readings; a rate needs two. */
const PERIOD = 1000;

/** `strake container stats`. */
export const containerStats = command({
  usage: "[OPTIONS] [CONTAINER...]",
  flags: FLAGS,
  args: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const { flags, args, io } = call;
    const format = resolveFormat(flags.format || (readConfigFile(io).statsFormat ?? ""), {
      table: STATS_TABLE,
    });
    const { containers } = await io.engine();
    // A name that nothing has is an error before anything is shown.
    for (const name of args) await containers.inspect(containerName(name));
    const readings = new Map<string, ProcessStats>();
    const signal = io.interruptSignal();
    await readAll(containers, call, readings);
    do {
      await pause(PERIOD, signal);
      if (signal.aborted) break;
      const samples = await readAll(containers, call, readings);
      show(call, format, samples);
    } while (!flags["no-stream"]);
    return 0;
  },
});

type StatsCall = Call<typeof FLAGS>;

async function readAll(
  containers: Containers,
  { flags, args }: StatsCall,
  readings: Map<string, ProcessStats>,
): Promise<StatsSample[]> {
  const names =
    args.length > 0 ? args : (await containers.list({ all: flags.all })).map(({ record }) => record.id);
  const samples = await Promise.all(names.map((typed) => readOne(containers, typed, readings)));
  return samples.filter((sample) => sample !== undefined);
}

async function readOne(
  containers: Containers,
  typed: string,
  readings: Map<string, ProcessStats>,
): Promise<StatsSample | undefined> {
  try {
    const { record, stats } = await containers.stats(typed);
    const previous = readings.get(record.id);
    if (stats === undefined) readings.delete(record.id);
    else readings.set(record.id, stats);
    return { id: record.id, name: record.name, typed, stats, previous };
  } catch (error) {
    // It was removed meanwhile: its line goes.
    if (isEngineError(error, "notFound")) return undefined;
    throw error;
  }
}

function show({ flags, io }: StatsCall, format: string, samples: readonly StatsSample[]): void {
  const rows = samples.map((sample) => statsRow(sample, flags["no-trunc"]));
  let text = "";
  writeList({ write: (part) => (text += part) }, { format, header: STATS_HEADER, rows });
  // On a screen the new table is written over the old one, line by line, so that nothing flickers.
  if (flags["no-stream"] || !io.isTerminal("stdout")) io.out(text);
  else io.out(`\x1b[H${text.replaceAll("\n", "\x1b[K\n")}\x1b[J`);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
