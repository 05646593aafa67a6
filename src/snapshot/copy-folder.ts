import type { CallOptions } from "../base/index.ts";
import { closeFd, openPipe } from "../host/index.ts";
import { startLayerJob } from "./job-process.ts";
import { writeFolderTar } from "./write-tar.ts";

/**
 * Copies a tree by way of a tar between two processes, each of which has chrooted into its folder: whatever
 * changes in the one meanwhile, nothing outside of it is read.
 */
export async function copyFolder(
  from: string,
  to: string,
  { command, call }: { readonly command: readonly string[]; readonly call: CallOptions | undefined },
): Promise<void> {
  const [source, sink] = openPipe();
  const written = writeFolderTar(from, { fd: sink, command, call, holes: true });
  const read = startLayerJob(
    { job: "copy-in", place: { kind: "folder", path: to }, path: "/", noOverwriteDirNonDir: false },
    { command, stdin: source, signal: call?.signal },
  );
  // Each process has its end; ours would keep the other from noticing that it is alone.
  closeFd(source);
  closeFd(sink);
  const [writing, reading] = await Promise.allSettled([written, read]);
  // A writer without a reader fails too: the reader's reason is the one to tell.
  if (reading.status === "rejected") throw reading.reason;
  if (writing.status === "rejected") throw writing.reason;
}
