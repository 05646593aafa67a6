import { renameSync } from "node:fs";
import {
  AT_FDCWD,
  closeFd,
  O_DIRECTORY,
  O_RDONLY,
  openAt,
  S_IFMT,
  S_IFSOCK,
  syncFs,
  umask,
  unlinkAt,
} from "../host/index.ts";
import type { DiffId } from "../oci/index.ts";
import { hostPath, toBytePath } from "./byte-names.ts";
import { clampTimes } from "./clamp-times.ts";
import { compareTrees } from "./compare-trees.ts";
import { explainFullDisk } from "./errors.ts";
import { createStreamDigest } from "./hashing.ts";
import { createBatchedSink, streamLayer } from "./pack-job.ts";
import { createTreeCopy } from "./tree-copy.ts";
import { TreeStream } from "./tree-stream.ts";
import { walkTree } from "./tree-walk.ts";
import { UnionFolder } from "./union-folder.ts";
import { parseMarker } from "./whiteout.ts";

/** Make a layer of what a snapshot changed. */
export interface CommitJob {
  readonly job: "commit";
  /** Absolute path of the new layer's folder, which holds an empty `fs`. */
  readonly folder: string;
  /** The upper folder of an overlay, or a whole tree that is compared with `lower`. */
  readonly tree: string;
  /** Folders of the layers below a whole tree, top first; undefined for an upper folder. */
  readonly lower?: readonly string[];
  /** Move the upper folder into the layer instead of copying it. */
  readonly take: boolean;
  /** Unix seconds: what is dated later is set back to it. Only with `take`. */
  readonly latestTime?: number;
}

export interface CommitReport {
  readonly diffId: DiffId;
  readonly tarSize: number;
  /** Bytes of regular files and of the targets of symbolic links. */
  readonly size: number;
}

/** Does the job: one pass that hashes the layer's tar, which is never written, and copies the files. */
export function runCommitJob(job: CommitJob): CommitReport {
  umask(0);
  const target = `${job.folder}/fs`;
  const fd = openAt(AT_FDCWD, job.tree, O_RDONLY | O_DIRECTORY);
  try {
    const digest = createStreamDigest();
    const batch = createBatchedSink((bytes) => digest.update(bytes));
    if (job.take && job.latestTime !== undefined) clampTimes(fd, job.latestTime);
    if (job.take) removeSockets(fd);
    else process.chdir(target);
    const copy = job.take ? undefined : createTreeCopy();
    const stream = new TreeStream(batch.write, copy === undefined ? {} : { mirror: copy });
    if (job.lower === undefined) streamLayer(fd, stream);
    else streamDifference(fd, job.lower, stream);
    batch.flush();
    copy?.finish();
    if (job.take) renameSync(job.tree, target);
    syncFs(fd);
    return { diffId: digest.diffId(), tarSize: digest.length, size: stream.size };
  } catch (error) {
    throw explainFullDisk("the layer", error);
  } finally {
    closeFd(fd);
  }
}

function streamDifference(fd: number, lower: readonly string[], stream: TreeStream): void {
  compareTrees(
    { fd, lower: new UnionFolder(lower.map(hostPath)), whole: true },
    { changed: (node) => stream.node(node), deleted: (path) => stream.whiteout(path) },
  );
  stream.end();
}

function removeSockets(fd: number): void {
  walkTree(fd, {
    node: ({ stat, parentFd, name, path }) => {
      parseMarker(path);
      if ((stat.mode & S_IFMT) === S_IFSOCK) unlinkAt(parentFd, toBytePath(name));
    },
  });
}
