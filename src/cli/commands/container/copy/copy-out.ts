import { closeSync, existsSync, statSync } from "node:fs";
import { basename, dirname, posix, resolve } from "node:path";
import { EngineError } from "../../../../base/index.ts";
import type { Containers, PathStat } from "../../../../engine/index.ts";
import { CommandFailed } from "../../../command.ts";
import type { Io } from "../../../io/io.ts";
import { type CopyTarget, planCopy, splitEnding } from "./copy-plan.ts";
import { openPipe } from "./pipe.ts";
import { unpackTar } from "./tar-process.ts";

/** One copy out of a container. */
export interface CopyOut {
  readonly container: string;
  readonly path: string;
  readonly target: string;
  readonly followLink: boolean;
}

const TYPE_BITS = 0o170000;
const FOLDER = 0o040000;
const LINK = 0o120000;

/** Copies from a container to this machine; resolves with the bytes copied, undefined when they went to stdout. */
export async function copyOut(containers: Containers, copy: CopyOut, io: Io): Promise<number | undefined> {
  if (copy.path === "") throw new EngineError("invalidArgument", "bad parameter: pathcannot be empty");
  const ending = splitEnding(absolute(copy.path));
  const source = await findSource(containers, copy, ending);
  if (copy.target === "-") {
    await containers.readArchive(copy.container, copy.path, io.stdout);
    return undefined;
  }
  const isFolder = (source.stat.mode & TYPE_BITS) === FOLDER;
  if (ending.wantsFolder && !isFolder)
    throw new EngineError("invalidArgument", `lstat ${copy.path}: not a directory`);
  const target = inspectTarget(resolve(io.cwd, copy.target) + (/\/\.?$/.exec(copy.target)?.[0] ?? ""));
  const plan = planCopy({ name: basename(ending.path), isFolder, contents: ending.contents }, target);
  const pipe = openPipe();
  // The whole root has no name that could be changed: it is unpacked where it is to be.
  const root = source.path === "/";
  const folder = root && plan.name !== "." ? await makeFolder(resolve(plan.folder, plan.name)) : plan.folder;
  const tar = unpackTar(
    { folder, from: basename(source.path), name: root ? basename(source.path) : plan.name },
    pipe.read,
  );
  closeSync(pipe.read);
  const reading = containers
    .readArchive(copy.container, source.path, pipe.write)
    .finally(() => closeSync(pipe.write));
  const [read, unpacked] = await Promise.allSettled([reading, tar.finish()]);
  if (read.status === "rejected") throw read.reason;
  if (unpacked.status === "rejected") throw unpacked.reason;
  return unpacked.value;
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}

interface Found {
  readonly path: string;
  readonly stat: PathStat;
}

async function findSource(
  containers: Containers,
  { container, followLink }: CopyOut,
  { path, wantsFolder }: { readonly path: string; readonly wantsFolder: boolean },
): Promise<Found> {
  const stat = await containers.statPath(container, path);
  if ((stat.mode & TYPE_BITS) !== LINK || !(followLink || wantsFolder)) return { path, stat };
  const target = posix.resolve(posix.dirname(path), stat.linkTarget);
  return { path: target, stat: await containers.statPath(container, target) };
}

function inspectTarget(path: string): CopyTarget {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return { path, kind: "folder" };
  if (stat !== undefined && !stat.isFile()) {
    throw new CommandFailed(
      1,
      `invalid output path: "${path}" must be a directory or a regular file: got a device`,
    );
  }
  const parent = dirname(path.replace(/\/\.?$/, ""));
  if (!existsSync(parent)) {
    throw new CommandFailed(1, `invalid output path: directory "${parent}" does not exist`);
  }
  return { path, kind: stat === undefined && !existsSync(path.replace(/\/\.?$/, "")) ? "missing" : "other" };
}

async function makeFolder(path: string): Promise<string> {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(path, { recursive: true });
  return path;
}
