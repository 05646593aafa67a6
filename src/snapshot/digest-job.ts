import { readFileSync } from "node:fs";
import type { ByteString } from "../archive/index.ts";
import { AT_FDCWD, O_DIRECTORY, O_PATH, openAt } from "../host/index.ts";
import { digestFile, type FileDigest } from "./digest-file.ts";

/** Hash the files whose paths come as a JSON list on standard input. */
export interface DigestJob {
  readonly job: "digest";
  /** Absolute path of the folder that the paths are below. */
  readonly folder: string;
}

/** Does the job; an answer for each path in order, `null` for what is no regular file (any more). */
export function runDigestJob(job: DigestJob): (FileDigest | null)[] {
  const folder = openAt(AT_FDCWD, job.folder, O_PATH | O_DIRECTORY);
  const paths = JSON.parse(readFileSync(0, "utf8")) as ByteString[];
  return paths.map((path) => digestFile(folder, path) ?? null);
}
