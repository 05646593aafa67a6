import { openSync, statSync } from "node:fs";
import { CommandFailed } from "../command.ts";

/** Throws, in Docker's words, when `path` is no file that an archive can be read from. */
export function checkArchive(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new CommandFailed(1, `open ${path}: no such file or directory`);
  if (stat.isDirectory()) throw new CommandFailed(1, `read ${path}: is a directory`);
}

/** A descriptor of the archive at `path`; the caller closes it. */
export function openArchive(path: string): number {
  checkArchive(path);
  return openSync(path, "r");
}
