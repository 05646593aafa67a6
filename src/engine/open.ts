import type { EngineOptions, LocalEngine } from "./local-engine.ts";
import type { Ledger } from "./system/types.ts";

/** See `openEngine` of the local engine; its code is read in by the first call. */
export async function openEngine(options: EngineOptions = {}): Promise<LocalEngine> {
  return await (await import("./local-engine.ts")).openEngine(options);
}

/** Runs one job on a layer's files in this process, which can do nothing else afterwards. Returns the exit status. */
export async function runLayerJob(words: readonly string[]): Promise<number> {
  return await (await import("../snapshot/index.ts")).runLayerJob(words);
}

/** The ledger as it is once the engine that made it is closed: the database then has fewer files. */
export async function withClosedDatabase(ledger: Ledger): Promise<Ledger> {
  return (await import("./system/ledger.ts")).withClosedDatabase(ledger);
}
