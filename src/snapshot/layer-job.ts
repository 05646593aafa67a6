import { writeSync } from "node:fs";
import { EngineError } from "../base/index.ts";
import { setParentDeathSignal } from "../host/index.ts";
import { type AssembleJob, runAssembleJob } from "./assemble-job.ts";
import { type CommitJob, runCommitJob } from "./commit-job.ts";
import { type CopyInJob, runCopyInJob } from "./copy-in-job.ts";
import { type CopyJob, runCopyJob } from "./copy-job.ts";
import { type CopyOutJob, runCopyOutJob } from "./copy-out-job.ts";
import { type DigestJob, runDigestJob } from "./digest-job.ts";
import { toFailureReport } from "./errors.ts";
import { type ExportJob, runExportJob } from "./export-job.ts";
import { type PackJob, runPackJob } from "./pack-job.ts";
import { type RestackJob, runRestackJob } from "./restack-job.ts";
import { runUnpackJob, type UnpackJob } from "./unpack-job.ts";

/** Work on a layer's files that is done in a process of its own, which may chroot. */
export type LayerJob =
  | UnpackJob
  | PackJob
  | CommitJob
  | CopyJob
  | CopyInJob
  | CopyOutJob
  | AssembleJob
  | DigestJob
  | RestackJob
  | ExportJob;

/**
 * Runs the job that the first word describes (JSON) and writes its report to standard error as one line of JSON,
 * `{"done": …}` or `{"failed": …}`. The process must exit with the returned code afterwards.
 */
export async function runLayerJob([json]: readonly string[]): Promise<number> {
  try {
    setParentDeathSignal();
    const done = run(JSON.parse(json ?? "{}") as LayerJob);
    writeSync(2, `${JSON.stringify({ done })}\n`);
    return 0;
  } catch (error) {
    writeSync(2, `${JSON.stringify({ failed: toFailureReport(error) })}\n`);
    return 1;
  }
}

function run(job: LayerJob): unknown {
  switch (job.job) {
    case "unpack":
      return runUnpackJob(job);
    case "pack":
      return runPackJob(job);
    case "commit":
      return runCommitJob(job);
    case "copy":
      return runCopyJob(job);
    case "copy-in":
      return runCopyInJob(job);
    case "copy-out":
      return runCopyOutJob(job);
    case "assemble":
      return runAssembleJob(job);
    case "digest":
      return runDigestJob(job);
    case "restack":
      return runRestackJob(job);
    case "export":
      return runExportJob(job);
    default:
      throw new EngineError("invalidArgument", "this command is for the engine's own use");
  }
}
