import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ringOnChange } from "../bell.ts";
import { type LogLine, parseLogLine } from "./log-line.ts";
import { tailOffset } from "./tail-offset.ts";

/** Which lines to give. Times in nanoseconds since the epoch. */
export interface LogQuery {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly since?: bigint;
  readonly until?: bigint;
  /** The last N lines; all if not given. */
  readonly tail?: number;
}

/** Ends a follow: the container has ended, or the caller has gone. */
export interface Follow {
  /** Aborted when no more output can come. */
  readonly ended: AbortSignal;
}

const BLOCK = 64 * 1024;

/** Lines of a container's log, oldest first, with the rotated files `log.1`, `log.2` … before `log`. */
export async function* readLogs(log: string, query: LogQuery, follow?: Follow): AsyncGenerator<LogLine> {
  const files = logFiles(log);
  const { skip, offset } = tailStart(files, query.tail);
  let last: OpenLog | undefined;
  for (const [at, file] of files.entries()) {
    if (at < skip) continue;
    last?.close();
    last = openLog(file, at === skip ? offset : 0);
    for (const line of wanted(last.lines(), query)) {
      if (line === "end") return last.close();
      yield line;
    }
  }
  try {
    if (follow !== undefined) yield* followLog(log, { query, follow, open: last });
  } finally {
    last?.close();
  }
}

/** The log and its rotated predecessors, oldest first. */
export function logFiles(log: string): string[] {
  const files: string[] = [];
  for (let n = 1; existsSync(`${log}.${n}`); n++) files.unshift(`${log}.${n}`);
  if (existsSync(log)) files.push(log);
  // While a rotation is under way the newest rotated file is the log itself.
  return files.filter((file, at) => at === 0 || inodeOf(file) !== inodeOf(files[at - 1] ?? ""));
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** The file that was written to after the one with this inode; the oldest there is when that one is gone. */
function nextLog(log: string, inode: number): string {
  const files = logFiles(log);
  return files[files.findIndex((file) => inodeOf(file) === inode) + 1] ?? log;
}

function tailStart(files: readonly string[], tail: number | undefined): { skip: number; offset: number } {
  if (tail === undefined) return { skip: 0, offset: 0 };
  let left = tail;
  for (let at = files.length - 1; at >= 0; at--) {
    const fd = openSync(files[at] ?? "", "r");
    try {
      const found = tailOffset(fd, fstatSync(fd).size, left);
      left -= found.lines;
      if (left <= 0) return { skip: at, offset: found.offset };
    } finally {
      closeSync(fd);
    }
  }
  return { skip: 0, offset: 0 };
}

function* wanted(lines: Iterable<LogLine>, query: LogQuery): Generator<LogLine | "end"> {
  for (const line of lines) {
    const time = query.since === undefined && query.until === undefined ? 0n : toNs(line.time);
    if (query.until !== undefined && time > query.until) {
      yield "end";
      return;
    }
    if (query.since !== undefined && time < query.since) continue;
    if (query[line.stream]) yield line;
  }
}

function toNs(time: string): bigint {
  return BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1_000_000n + BigInt(time.slice(20, 29));
}

interface OpenLog {
  readonly inode: number;
  /** The whole physical lines that were not read yet. */
  lines(): Generator<LogLine>;
  close(): void;
}

function openLog(path: string, from: number): OpenLog {
  const fd = openSync(path, "r");
  let offset = from;
  let rest = Buffer.alloc(0);
  let open = true;
  function* lines(): Generator<LogLine> {
    const block = Buffer.allocUnsafe(BLOCK);
    for (;;) {
      const length = readSync(fd, block, 0, BLOCK, offset);
      if (length === 0) return;
      offset += length;
      let text = Buffer.concat([rest, block.subarray(0, length)]);
      for (let end = text.indexOf(0x0a); end >= 0; end = text.indexOf(0x0a)) {
        const line = parseLogLine(text.subarray(0, end));
        text = text.subarray(end + 1);
        rest = text;
        if (line !== undefined) yield line;
      }
      rest = text;
    }
  }
  return {
    inode: fstatSync(fd).ino,
    lines,
    close: () => {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

interface Following {
  readonly query: LogQuery;
  readonly follow: Follow;
  readonly open: OpenLog | undefined;
}

async function* followLog(log: string, { query, follow, open }: Following): AsyncGenerator<LogLine> {
  const bell = ringOnChange({ folder: dirname(log), signal: follow.ended });
  let current = open;
  try {
    for (;;) {
      const ended = follow.ended.aborted;
      const changed = bell.next();
      const inode = inodeOf(log);
      if (current === undefined && inode !== undefined) current = openLog(log, 0);
      for (const line of wanted(current?.lines() ?? [], query)) {
        if (line === "end") return;
        yield line;
      }
      if (current !== undefined && inode !== undefined && inode !== current.inode) {
        current.close();
        current = openLog(nextLog(log, current.inode), 0);
        continue;
      }
      if (ended) return;
      await changed;
    }
  } finally {
    bell.close();
    current?.close();
  }
}
