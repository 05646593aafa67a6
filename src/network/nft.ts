import { EngineError } from "../base/index.ts";
import { run } from "../host/index.ts";

/** Runs an nftables script as one transaction: all of it takes effect, or nothing. */
export async function runNft(script: string): Promise<void> {
  const result = await run(["nft", "-f", "-"], { stdin: script });
  if (result.exitCode === 0) return;
  throw new EngineError("internal", `nft: ${result.stderr.trim() || `exit code ${result.exitCode}`}`);
}

/** The output of an nft command; empty when it fails (what was asked for is not there). */
export async function queryNft(...argv: readonly string[]): Promise<string> {
  const result = await run(["nft", ...argv]);
  return result.exitCode === 0 ? result.stdout : "";
}
