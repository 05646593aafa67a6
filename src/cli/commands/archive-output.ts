import { closeSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { errnoOf, errorText, newId } from "../../base/index.ts";
import { CommandFailed } from "../command.ts";
import type { Io } from "../io/io.ts";

/** Gives `write` a descriptor for an archive: stdout, or a file that appears only when it is whole. A terminal is refused. */
export async function writeArchiveTo(
  path: string,
  io: Io,
  write: (fd: number) => Promise<void>,
): Promise<void> {
  if (path === "") {
    if (io.isTerminal("stdout")) {
      throw new CommandFailed(1, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
    }
    await write(io.stdout);
    return;
  }
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isDirectory()) throw new CommandFailed(1, `failed to save: ${path} is a directory`);
  if (kind !== undefined && !kind.isFile()) {
    await writeInto(path, path, write);
    return;
  }
  const partial = `${path}.${newId().slice(0, 12)}.partial`;
  try {
    await writeInto(partial, path, write);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

async function writeInto(target: string, path: string, write: (fd: number) => Promise<void>): Promise<void> {
  const fd = open(target, path);
  try {
    await write(fd);
  } finally {
    closeSync(fd);
  }
}

function open(target: string, path: string): number {
  try {
    return openSync(target, "w", 0o600);
  } catch (error) {
    const reason = errnoOf(error) === "ENOENT" ? "no such directory" : errorText(error);
    throw new CommandFailed(1, `failed to save: cannot write to ${path}: ${reason}`);
  }
}
