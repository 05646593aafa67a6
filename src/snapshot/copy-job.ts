import { rmSync } from "node:fs";
import type { ByteString } from "../archive/index.ts";
import { AT_FDCWD, umask } from "../host/index.ts";
import { hostPath, joinPath } from "./byte-names.ts";
import { explainFullDisk } from "./errors.ts";
import { createTreeCopy } from "./tree-copy.ts";
import { TreeStream } from "./tree-stream.ts";
import { UnionFolder } from "./union-folder.ts";

/** Copy what a stack of layers shows into an empty folder. */
export interface CopyJob {
  readonly job: "copy";
  /** Absolute paths, top first. */
  readonly lower: readonly string[];
  readonly target: string;
}

/** Does the job. Hard links stay linked; times lose their fractions, as in a layer's tar. */
export function runCopyJob(job: CopyJob): Record<string, never> {
  umask(0);
  process.chdir(job.target);
  try {
    const copy = createTreeCopy();
    copyFolder(
      "",
      new UnionFolder(job.lower.map(hostPath)),
      new TreeStream(() => undefined, { mirror: copy }),
    );
    copy.finish();
    return {};
  } catch (error) {
    rmSync(job.target, { recursive: true, force: true });
    throw explainFullDisk("the snapshot", error);
  }
}

function copyFolder(path: ByteString, folder: UnionFolder, stream: TreeStream): void {
  for (const name of folder.names()) {
    const entry = folder.lookup(name);
    if (entry === undefined) continue;
    const inner = joinPath(path, name);
    stream.node({ path: inner, name: entry.at, parentFd: AT_FDCWD, stat: entry.stat });
    if (entry.folder !== undefined) copyFolder(inner, entry.folder, stream);
  }
}
