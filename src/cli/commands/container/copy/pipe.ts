import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../../../../base/index.ts";

/** Two ends of one pipe; each must be closed by whoever holds it. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

/** Opens a pipe whose ends are descriptors, which a child's stdio streams of the runtime are not. */
export function openPipe(): Pipe {
  const folder = mkdtempSync(join(tmpdir(), "strake-pipe-"));
  try {
    const path = join(folder, "pipe");
    const { success, stderr } = Bun.spawnSync(["mkfifo", "-m", "600", path]);
    if (!success) throw new EngineError("internal", `cannot make a pipe: ${stderr.toString().trim()}`);
    // Open for both, it waits for no one; the two real ends then find each other at once.
    const both = openSync(path, "r+");
    try {
      return { read: openSync(path, "r"), write: openSync(path, "w") };
    } finally {
      closeSync(both);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
