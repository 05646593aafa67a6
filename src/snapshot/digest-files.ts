import type { ByteString } from "../archive/index.ts";
import { AT_FDCWD, closeFd, cpuCount, O_DIRECTORY, O_PATH, openAt } from "../host/index.ts";
import { digestFile, type FileDigest } from "./digest-file.ts";
import { type JobProcess, startLayerJob } from "./job-process.ts";

/** Files that are fewer and smaller than this are hashed here: starting a process takes as long. */
const FEW = { files: 200, bytes: 4 * 1024 * 1024 };
const MOST_PROCESSES = 8;

/** A file to hash. */
export interface FileToDigest {
  /** Below the folder. */
  readonly path: ByteString;
  /** Bytes, by which the work is shared out. */
  readonly size: number;
}

/** Hashes files below a folder of the host, many of them with as many processes as there are processors. */
export async function digestFiles(
  folder: string,
  files: readonly FileToDigest[],
  options: Pick<JobProcess, "command" | "signal">,
): Promise<(FileDigest | undefined)[]> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length < FEW.files && bytes < FEW.bytes) return digestHere(folder, files);
  const results = await Promise.all(
    share(files, bytes).map((part) => {
      const input = Buffer.from(JSON.stringify(part.map(({ path }) => path)));
      return startLayerJob<(FileDigest | null)[]>({ job: "digest", folder }, { ...options, input });
    }),
  );
  return results.flat().map((each) => each ?? undefined);
}

function digestHere(folder: string, files: readonly FileToDigest[]): (FileDigest | undefined)[] {
  if (files.length === 0) return [];
  const fd = openAt(AT_FDCWD, folder, O_PATH | O_DIRECTORY);
  try {
    return files.map(({ path }) => digestFile(fd, path));
  } finally {
    closeFd(fd);
  }
}

/** Cuts the list into parts of about the same work; each file counts as some bytes more than it has. */
function share(files: readonly FileToDigest[], bytes: number): FileToDigest[][] {
  const perFile = 16 * 1024;
  const parts = Math.min(cpuCount(), MOST_PROCESSES);
  const most = (bytes + files.length * perFile) / parts;
  const shares: FileToDigest[][] = [[]];
  let load = 0;
  for (const file of files) {
    if (load >= most && shares.length < parts) {
      shares.push([]);
      load = 0;
    }
    shares.at(-1)?.push(file);
    load += file.size + perFile;
  }
  return shares;
}
