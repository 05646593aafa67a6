import { join } from "node:path";
import type { BuildCallOptions, Builds, CheckReport } from "../../../engine/index.ts";
import type { Io } from "../../io/io.ts";
import type { ReadBuild } from "./read-build.ts";
import {
  type CallOutput,
  checkToJson,
  formatCheck,
  formatOutline,
  formatTargets,
  outlineToJson,
  targetsToJson,
} from "./report-calls.ts";
import { withProgress } from "./with-progress.ts";

/** Answers `--call` other than `build`; returns the exit status. */
export async function runCall(build: ReadBuild, io: Io): Promise<number> {
  const { builds } = await io.engine();
  const { text, status } = await withProgress(build.mode, io, (options) => answer(builds, build, options));
  io.out(text);
  return status;
}

async function answer(builds: Builds, build: ReadBuild, options: BuildCallOptions): Promise<CallOutput> {
  const { kind, json } = build.call;
  const request = { ...build.request, outputs: [] };
  switch (kind) {
    case "outline":
      return (json ? outlineToJson : formatOutline)(await builds.outline(request, options));
    case "targets":
      return (json ? targetsToJson : formatTargets)(await builds.targets(request, options));
    default: {
      const report = await builds.check(request, options);
      return json ? checkToJson(report) : formatCheck(withPath(report, build));
    }
  }
}

/** The report with the Dockerfile's whole path, which is shown where there is one. */
function withPath(report: CheckReport, { request: { context, dockerfile } }: ReadBuild): CheckReport {
  const path =
    dockerfile.kind === "file"
      ? dockerfile.path
      : dockerfile.kind === "in-context" && context?.kind === "folder"
        ? join(context.path, report.dockerfile.name)
        : report.dockerfile.name;
  return { ...report, dockerfile: { ...report.dockerfile, name: path } };
}
