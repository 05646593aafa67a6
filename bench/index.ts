import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CASES } from "./cases/index.ts";
import { createCleanup } from "./cleanup.ts";
import { readFacts } from "./facts.ts";
import { createInputs } from "./inputs/create-inputs.ts";
import { type BenchOptions, parseOptions, USAGE } from "./options.ts";
import { removeFolder } from "./remove-folder.ts";
import { fillReadme } from "./report/fill-readme.ts";
import { formatMarkdown } from "./report/format-markdown.ts";
import { formatTable } from "./report/format-table.ts";
import type { BenchResult, CaseResult } from "./result.ts";
import { runCase } from "./run-case.ts";
import { findTools } from "./tools/find-tools.ts";
import { removeStrakeData } from "./tools/remove-strake-data.ts";
import { TOOL_NAMES } from "./tools/tool.ts";
import { measureWrapper } from "./tools/wrapper-cost.ts";

const README = join(import.meta.dir, "README.md");
const GIVEN_UP = 130;

process.exitCode = await main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});

async function main(): Promise<number> {
  const { options, help } = parseOptions(process.argv.slice(2), process.env);
  if (help) return print(USAGE);
  if (options.list) return print(CASES.map((each) => `${each.name.padEnd(14)}${each.title}\n`).join(""));
  refuseUnknown(options);
  if (process.getuid?.() !== 0) throw new Error("must be run as root");

  const abort = new AbortController();
  const cleanup = createCleanup();
  const giveUp = () => {
    if (abort.signal.aborted) return;
    console.error("bench: giving up as soon as the command at hand has ended");
    abort.abort(new Error("given up"));
  };
  process.on("SIGINT", giveUp);
  process.on("SIGTERM", giveUp);
  try {
    await runBench(options, abort.signal, cleanup);
    return 0;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    return GIVEN_UP;
  } finally {
    for (const problem of await cleanup.run()) console.error(`bench: while cleaning up: ${problem}`);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

async function runBench(
  options: BenchOptions,
  signal: AbortSignal,
  cleanup: ReturnType<typeof createCleanup>,
) {
  mkdirSync(options.tmp, { recursive: true });
  const folder = mkdtempSync(join(realpathSync(options.tmp), "strake-bench-"));
  cleanup.defer(() => removeFolder(folder));
  const { tools, missing } = await findTools(options.tools, folder, process.env);
  for (const reason of missing) console.error(`bench: left out: ${reason}`);
  const strake = tools.find((tool) => tool.name === "strake");
  if (strake !== undefined) cleanup.defer(() => removeStrakeData(strake, folder));

  const wrappers = new Map<string, number>();
  for (const tool of tools) wrappers.set(tool.name, await measureWrapper(tool, signal));
  const facts = readFacts(tools, folder);
  for (const [name, value] of facts) console.log(`${name}: ${value}`);
  console.log("");

  const inputs = createInputs(folder);
  const cases: CaseResult[] = [];
  for (const each of CASES.filter(({ name }) => options.only.length === 0 || options.only.includes(name))) {
    const own = createCleanup();
    cleanup.defer(() => own.run());
    const result = await runCase(
      each,
      { ...options, tools, wrappers },
      { inputs, folder, signal, cleanup: own },
    );
    console.log(formatTable(result));
    cases.push(result);
    for (const problem of await own.run()) console.error(`bench: after ${each.name}: ${problem}`);
  }
  report({ facts, runs: options.runs, cases }, options);
}

function report(result: BenchResult, options: BenchOptions): void {
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (!options.write) return;
  writeFileSync(README, fillReadme(readFileSync(README, "utf8"), formatMarkdown(result)));
}

function refuseUnknown({ only, tools }: BenchOptions): void {
  const names = CASES.map((each) => each.name);
  for (const name of only) {
    if (!names.includes(name)) throw new Error(`no such case: "${name}" (there are ${names.join(", ")})`);
  }
  for (const name of tools) {
    if (!TOOL_NAMES.some((known) => known === name)) throw new Error(`no such tool: "${name}"`);
  }
}
