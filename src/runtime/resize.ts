import { join } from "node:path";
import { EngineError } from "../base/index.ts";
import { AT_FDCWD, closeFd, isErrno, O_NONBLOCK, O_WRONLY, openAt, writeAllFd } from "../host/index.ts";
import { MonitorFile } from "./conmon-arguments.ts";

/** Tells the terminal of a process its new size, in characters, through conmon's control FIFO. */
export function resizeTerminal(runFolder: string, height: number, width: number): void {
  tellMonitor(runFolder, `1 ${height} ${width}\n`);
}

/** Has conmon put a new file in the place of its log and write to that from now on; what it wrote so far keeps its inode. */
export function reopenLog(runFolder: string): void {
  tellMonitor(runFolder, "2 0 0\n");
}

function tellMonitor(runFolder: string, message: string): void {
  const fd = openControl(runFolder);
  try {
    writeAllFd(fd, Buffer.from(message));
  } finally {
    closeFd(fd);
  }
}

function openControl(runFolder: string): number {
  try {
    // Without a reader this fails at once (ENXIO) instead of waiting for one.
    return openAt(AT_FDCWD, join(runFolder, MonitorFile.control), O_WRONLY | O_NONBLOCK);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENXIO")) throw error;
    throw new EngineError("conflict", "cannot resize: the process is not running", { cause: error });
  }
}
