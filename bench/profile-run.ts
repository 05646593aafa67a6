import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCleanup } from "./cleanup.ts";
import { createInputs } from "./inputs/create-inputs.ts";
import { runCommand } from "./measure/run-command.ts";
import { removeFolder } from "./remove-folder.ts";
import { formatTimeline, parseTrace } from "./report/timeline.ts";
import { findTools } from "./tools/find-tools.ts";
import { removeStrakeData } from "./tools/remove-strake-data.ts";

const IMAGE = "localhost/strake-bench/tiny:1";

// Prints when each process of one `strake run --rm [OPTIONS] IMAGE true` starts and ends; the arguments are OPTIONS.
const cleanup = createCleanup();
process.on("SIGINT", () => cleanup.run().then(() => process.exit(130)));
try {
  await profile(process.argv.slice(2));
} finally {
  for (const problem of await cleanup.run()) console.error(`profile-run: while cleaning up: ${problem}`);
}

async function profile(options: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "strake-bench-"));
  cleanup.defer(() => removeFolder(folder));
  const strake = (await findTools(["strake"], folder, process.env)).tools[0];
  if (strake === undefined) throw new Error("no strake to profile");
  cleanup.defer(() => removeStrakeData(strake, folder));
  await runCommand(strake.command("import", createInputs(folder).tiny(), IMAGE));

  const run = strake.command("run", "--rm", ...options, IMAGE, "true");
  // The first run of a store sets up what later ones find.
  await runCommand(run);
  const { milliseconds } = await runCommand(run);
  const trace = join(folder, "trace");
  const strace = [
    "strace",
    "-f",
    "-ttt",
    "--seccomp-bpf",
    "-e",
    "trace=execve,exit_group",
    "-e",
    "signal=none",
  ];
  const traced = await runCommand({ ...run, argv: [...strace, "-o", trace, ...run.argv] });
  console.log(`${milliseconds.toFixed(1)} ms as it is, ${traced.milliseconds.toFixed(1)} ms under strace\n`);
  process.stdout.write(formatTimeline(parseTrace(readFileSync(trace, "utf8"))));
}
