import { isEngineError } from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { CopyInJob, CopyInReport } from "./copy-in-job.ts";
import { type JobProcess, startLayerJob } from "./job-process.ts";
import { openSourceFeed } from "./source-feed.ts";
import { freeBytes } from "./stage-layer.ts";
import type { LayerSource, UnpackedTar } from "./types.ts";

/** Unpacks a tar, plain or compressed, in a process whose root is the folder. */
export async function unpackTar(
  source: LayerSource,
  folder: string,
  options: Pick<JobProcess, "command" | "signal"> &
    Pick<CopyInJob, "needsEnd"> & { readonly maxBytes: number | undefined },
): Promise<UnpackedTar> {
  const { command, signal, needsEnd = false, maxBytes } = options;
  const job = {
    job: "copy-in",
    place: { kind: "folder", path: folder },
    path: "/",
    noOverwriteDirNonDir: false,
    needsEnd,
    maxBytes: maxBytes ?? freeBytes(folder),
    diskBound: maxBytes === undefined,
  } as const;
  return await feedCopyIn(source, job, { command, signal });
}

/** Does the job with a tar that may be compressed. */
export async function feedCopyIn(
  source: LayerSource,
  job: CopyInJob,
  { command, signal }: Pick<JobProcess, "command" | "signal">,
): Promise<UnpackedTar> {
  const feed = await openSourceFeed(source, signal);
  try {
    const running = startLayerJob<CopyInReport>(job, { command, stdin: feed.fd, signal });
    feed.release();
    const report = await running.catch(async (error: unknown) => {
      // A damaged archive shows first as a tar that is cut off: the decompressor knows better why.
      if (!signal?.aborted && isEngineError(error, "invalidArgument")) await feed.finish();
      throw error;
    });
    const digest = (await feed.finish()) ?? (report.digest as string as Digest);
    return { digest, implied: report.implied };
  } catch (error) {
    feed.stop();
    throw error;
  }
}
