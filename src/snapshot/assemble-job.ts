import { readFileSync } from "node:fs";
import {
  AT_FDCWD,
  fchmodAt,
  fchownAt,
  O_DIRECTORY,
  O_PATH,
  openAt,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
  syncFs,
  umask,
} from "../host/index.ts";
import { AssembledTar } from "./assembled-tar.ts";
import type { CommitReport } from "./commit-job.ts";
import { writeContentDigests } from "./content-digests.ts";
import { explainFullDisk } from "./errors.ts";
import type { LayerPlan, PlannedEntry } from "./planned-entry.ts";
import { openEarlierLayer } from "./shared-files.ts";
import type { StreamItem } from "./tree-stream.ts";

/** Make a layer of files that lie elsewhere. The plan comes as JSON on standard input. */
export interface AssembleJob {
  readonly job: "assemble";
  /** Absolute path of the new layer's folder, which holds an empty `fs`. */
  readonly folder: string;
  /** Folder of a finished layer that the new one may share files with. */
  readonly earlier?: string;
}

/** What the job made. */
export interface AssembleReport extends CommitReport {
  /** Files that were not written because they could be shared. */
  readonly shared: number;
}

/** Does the job: one pass that writes the files and hashes the layer's tar, which is never written. */
export function runAssembleJob(job: AssembleJob): AssembleReport {
  umask(0);
  const plan = JSON.parse(readFileSync(0, "utf8")) as LayerPlan;
  const folderFd = openAt(AT_FDCWD, job.folder, O_PATH | O_DIRECTORY);
  const folders = plan.folders.map((path) => openAt(AT_FDCWD, path, O_PATH | O_DIRECTORY));
  const earlier = job.earlier === undefined ? undefined : openEarlierLayer(job.earlier);
  process.chdir(`${job.folder}/fs`);
  try {
    const { uid, gid, mode } = plan.root;
    fchownAt(AT_FDCWD, ".", uid, gid);
    fchmodAt(AT_FDCWD, ".", mode);
    const tar = new AssembledTar({ folders, earlier });
    for (const entry of plan.entries) tar.put(toItem(entry), entry.content);
    const report = tar.end();
    writeContentDigests(folderFd, tar.digests);
    syncFs(openAt(AT_FDCWD, ".", O_DIRECTORY));
    return report;
  } catch (error) {
    throw explainFullDisk("the layer", error);
  }
}

const TYPES: Readonly<Record<PlannedEntry["kind"], number>> = {
  file: S_IFREG,
  hardlink: S_IFREG,
  directory: S_IFDIR,
  symlink: S_IFLNK,
  character: S_IFCHR,
  block: S_IFBLK,
  fifo: S_IFIFO,
};

function toItem(entry: PlannedEntry): StreamItem {
  const { path, kind, uid, gid, mtime, size = 0, link = "", device: [rdevMajor, rdevMinor] = [0, 0] } = entry;
  const mode = TYPES[kind] | entry.mode;
  return {
    path,
    kind,
    stat: { mode, uid, gid, size, mtimeSec: mtime, rdevMajor, rdevMinor },
    linkPath: link,
    xattrs: (entry.xattrs ?? []).map(([name, value]) => ({ name, value: Buffer.from(value, "base64") })),
  };
}
