import { closeSync, lstatSync, openSync, renameSync, rmSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, errorText, newId } from "../../base/index.ts";
import { CommandFailed } from "../command.ts";
import type { Io } from "../io/io.ts";

/** Where an archive goes. */
export interface ArchiveTarget {
  /** A file; empty means stdout. */
  readonly path: string;
  /** What fails when it cannot be written there, as in `failed to save image: …`. */
  readonly action: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EACCES: "permission denied",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
};

/**
 * Gives `write` a descriptor for an archive: stdout, or a file that appears only when it is whole. A terminal,
 * a folder and a device are refused in Docker's words.
 */
export async function writeArchiveTo(
  { path, action }: ArchiveTarget,
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
  const refuse = (reason: string) => new CommandFailed(1, `failed to ${action}: ${reason}`);
  const kind = findTarget(path, refuse);
  if (kind?.isFIFO()) {
    await writeInto(path, refuse, write);
    return;
  }
  const partial = `${path}.${newId().slice(0, 12)}.partial`;
  try {
    await writeInto(partial, refuse, write);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

type Refuse = (reason: string) => CommandFailed;

/** What is at `path` now. Throws when an archive cannot be put there. */
function findTarget(path: string, refuse: Refuse): Stats | undefined {
  const folder = dirname(path);
  const reason = (at: string, error: unknown) =>
    refuse(`invalid output path: stat ${at}: ${REASONS[errnoOf(error) ?? ""] ?? errorText(error)}`);
  let kind: Stats | undefined;
  try {
    // With a slash the folder must be one.
    statSync(`${folder}/`);
    kind = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw reason(folder, error);
  }
  if (kind?.isSymbolicLink()) throw refuse("cannot write to a symbolic link directly");
  if (kind?.isDirectory()) throw refuse("cannot write to a directory");
  if (kind?.isCharacterDevice()) throw refuse("cannot write to a character device file");
  if (kind?.isBlockDevice()) throw refuse("cannot write to a device");
  return kind;
}

async function writeInto(
  target: string,
  refuse: Refuse,
  write: (fd: number) => Promise<void>,
): Promise<void> {
  const fd = open(target, refuse);
  try {
    await write(fd);
  } finally {
    closeSync(fd);
  }
}

function open(target: string, refuse: Refuse): number {
  try {
    return openSync(target, "w", 0o600);
  } catch (error) {
    throw refuse(`open ${target}: ${REASONS[errnoOf(error) ?? ""] ?? errorText(error)}`);
  }
}
