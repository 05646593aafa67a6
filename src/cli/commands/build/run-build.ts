import type { BuildDifference, BuildReport, VerifyReport } from "../../../engine/index.ts";
import type { Call } from "../../command.ts";
import type { BUILD_FLAGS } from "./build-flags.ts";
import { formatWhy } from "./explain.ts";
import { checkFailureShell, failureShell } from "./failure-shell.ts";
import { isStdout, type ReadBuild } from "./read-build.ts";
import { withOutputs } from "./with-outputs.ts";
import { showWarnings, withProgress } from "./with-progress.ts";
import { resultId, writeIdFile, writeMetadata } from "./write-result-files.ts";

type BuildCall = Call<typeof BUILD_FLAGS>;

/** Builds, and says what came of it; returns the exit status. */
export async function runBuild(build: ReadBuild, call: BuildCall): Promise<number> {
  const { request, outputs, mode } = build;
  const { flags, io } = call;
  const shell = flags["on-failure"] === "shell";
  if (shell) checkFailureShell(io);
  const { builds } = await io.engine();
  const options = { io, severalPlatforms: request.platforms.length > 1 };
  const { report, difference } = await withOutputs(outputs, options, (opened) =>
    withProgress(mode, io, async (callOptions, progress): Promise<VerifyReport> => {
      const onFailure = shell ? { onFailure: failureShell(io, progress) } : {};
      const full = { ...request, ...onFailure, outputs: opened };
      if (flags["verify-reproducible"]) return await builds.verify(full, callOptions);
      return { report: await builds.build(full, callOptions), difference: undefined };
    }),
  );
  showWarnings(report, mode, io);
  if (flags.explain) io.err(formatWhy(report.steps));
  writeResult(report, build, call);
  if (!flags["verify-reproducible"]) return 0;
  io.err(
    difference === undefined ? "reproducible: both builds gave the same\n" : formatDifference(difference),
  );
  return difference === undefined ? 0 : 1;
}

function formatDifference({ step, path, what }: BuildDifference): string {
  return `not reproducible: ${step}: ${path === "" ? what : `${path}: ${what}`}\n`;
}

function writeResult(report: BuildReport, { mode, outputs }: ReadBuild, { flags, io }: BuildCall): void {
  const id = resultId(report);
  if (flags.iidfile !== "" && id !== undefined) writeIdFile(flags.iidfile, id);
  if (flags["metadata-file"] !== "") writeMetadata(flags["metadata-file"], report);
  if (mode === "quiet" && flags.progress !== "none" && !outputs.some(isStdout)) io.out(`${id ?? ""}\n`);
}
