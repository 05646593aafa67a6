import { closeSync, lstatSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, posix, resolve } from "node:path";
import { isEngineError } from "../../../../base/index.ts";
import type { Containers } from "../../../../engine/index.ts";
import { CommandFailed } from "../../../command.ts";
import type { Io } from "../../../io/io.ts";
import { type CopyTarget, planCopy, splitEnding } from "./copy-plan.ts";
import { openPipe } from "./pipe.ts";
import { packTar } from "./tar-process.ts";

/** One copy into a container. */
export interface CopyIn {
  readonly source: string;
  readonly container: string;
  readonly path: string;
  readonly followLink: boolean;
  /** Files keep user and group, as `-a` asks. */
  readonly archive: boolean;
}

const TYPE_BITS = 0o170000;
const FOLDER = 0o040000;
const LINK = 0o120000;
const DEVICES = [0o020000, 0o060000];

/** Copies from this machine, or an archive from stdin, into a container; resolves with the bytes copied. */
export async function copyIn(containers: Containers, copy: CopyIn, io: Io): Promise<number | undefined> {
  const target = await findTarget(containers, copy);
  const options = { noOverwriteDirNonDir: true, copyUidGid: copy.archive };
  if (copy.source === "-") {
    if (target.kind !== "folder") {
      throw new CommandFailed(1, `destination "${copy.container}:${copy.path}" must be a directory`);
    }
    await containers.writeArchive(copy.container, target.path, io.stdin, options);
    return undefined;
  }
  const source = findSource(copy, io);
  const plan = planCopy(source, target);
  const pipe = openPipe();
  const contents = plan.name === ".";
  const entry = contents
    ? { folder: source.path, entry: ".", name: "." }
    : { folder: dirname(source.path), entry: basename(source.path) || ".", name: plan.name };
  const tar = packTar(entry, pipe.write);
  closeSync(pipe.write);
  const writing = containers
    .writeArchive(copy.container, plan.folder, pipe.read, { ...options, plain: true })
    .finally(() => closeSync(pipe.read));
  const [written, packed] = await Promise.allSettled([writing, tar.finish()]);
  if (written.status === "rejected") throw written.reason;
  if (packed.status === "rejected") throw packed.reason;
  return packed.value;
}

async function findTarget(containers: Containers, { container, path }: CopyIn): Promise<CopyTarget> {
  if (path === "") return { path: "/", kind: "missing" };
  const absolute = path.startsWith("/") ? path : `/${path}`;
  const ending = splitEnding(absolute);
  const kept = absolute.slice(ending.path.length);
  let real = ending.path;
  try {
    let stat = await containers.statPath(container, real);
    if ((stat.mode & TYPE_BITS) === LINK) {
      real = posix.resolve(posix.dirname(real), stat.linkTarget);
      stat = await containers.statPath(container, real);
    }
    const type = stat.mode & TYPE_BITS;
    if (DEVICES.includes(type)) {
      throw new CommandFailed(
        1,
        `destination "${container}:${path}" must be a directory or a regular file: got a device`,
      );
    }
    return type === FOLDER ? { path: real, kind: "folder" } : { path: real + kept, kind: "other" };
  } catch (error) {
    // What is missing may be made; that the container is missing, the next call says.
    if (!isEngineError(error, "notFound") || /No such container/.test(error.message)) throw error;
    return { path: real + kept, kind: "missing" };
  }
}

function findSource(
  { source, followLink }: CopyIn,
  io: Io,
): { readonly path: string; readonly name: string; readonly isFolder: boolean; readonly contents: boolean } {
  const ending = splitEnding(source);
  const path = resolve(io.cwd, ending.path);
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (link === undefined) throw new CommandFailed(1, `lstat ${path}: no such file or directory`);
  const follow = link.isSymbolicLink() && (followLink || ending.wantsFolder);
  const stat = follow ? statSync(path, { throwIfNoEntry: false }) : link;
  if (stat === undefined) throw new CommandFailed(1, `stat ${path}: no such file or directory`);
  if (ending.wantsFolder && !stat.isDirectory()) throw new CommandFailed(1, "not a directory");
  return {
    path: follow ? realpathSync(path) : path,
    name: basename(path),
    isFolder: stat.isDirectory(),
    contents: ending.contents,
  };
}
