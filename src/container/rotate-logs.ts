import { linkSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { isErrno } from "../host/index.ts";
import { ringOnChange } from "./bell.ts";
import type { ContainerContext } from "./context.ts";
import { readLogOptions } from "./log-options.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";

/**
 * Moves the log of a running container aside whenever it is full and has conmon begin a new one, so no line is lost;
 * a file may come out larger than `max-size` by what is written meanwhile. Returns what ends that.
 */
export function rotateLogs(context: ContainerContext, record: ContainerRecord): () => void {
  const { maxFiles, maxSize } = readLogOptions(record.hostConfig.LogConfig);
  if (maxFiles <= 1 || maxSize === undefined) return () => {};
  const { log, runFolder } = containerPaths(context.store, record.id);
  const runtime = context.runtime(record.hostConfig.Runtime);
  let waiting: number | undefined;
  const rotateIfFull = (): void => {
    const file = statSync(log, { throwIfNoEntry: false });
    if (file === undefined || file.size < maxSize) return;
    // conmon puts its new file in the old one's place; until then it writes to the old one.
    if (file.ino === waiting) return;
    shift(log, maxFiles);
    waiting = file.ino;
    runtime.reopenLog(runFolder).catch(() => {
      // The container has just ended.
    });
  };
  const stop = new AbortController();
  const bell = ringOnChange({ folder: dirname(log), signal: stop.signal });
  void (async () => {
    while (!stop.signal.aborted) {
      const changed = bell.next();
      rotateIfFull();
      await changed;
    }
    bell.close();
  })();
  return () => stop.abort();
}

/** Makes `log` also the newest rotated file; the name `log` is never without a file. */
function shift(log: string, maxFiles: number): void {
  rmSync(`${log}.${maxFiles - 1}`, { force: true });
  for (let n = maxFiles - 2; n >= 1; n--) ignoreMissing(() => renameSync(`${log}.${n}`, `${log}.${n + 1}`));
  ignoreMissing(() => linkSync(log, `${log}.1`));
}

function ignoreMissing(step: () => void): void {
  try {
    step();
  } catch (error) {
    // The first rotations have fewer files than may be kept.
    if (!isErrno(error, "ENOENT")) throw error;
  }
}
