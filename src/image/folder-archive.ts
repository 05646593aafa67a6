import { fstatSync } from "node:fs";
import { EngineError, errnoOf, errorText } from "../base/index.ts";
import {
  AT_FDCWD,
  closeFd,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  openAt,
  openIn,
} from "../host/index.ts";
import { createFileInput } from "./byte-input.ts";
import {
  type ArchiveBlob,
  type ArchiveContext,
  DOCUMENT_LIMIT,
  documentTooLong,
  type ImageArchive,
  stageSource,
} from "./image-archive.ts";
import { inside } from "./outer-tar.ts";

/** Opens an OCI image layout that is a folder. No link in it leads out of it. Throws `notFound` as Docker words it. */
export function openFolderArchive(folder: string, context: ArchiveContext): ImageArchive {
  const root = openRoot(folder);
  const open: number[] = [];
  const blobs = new Map<string, ArchiveBlob | undefined>();
  const find = (name: string): ArchiveBlob | undefined => {
    const path = inside(name);
    if (!blobs.has(path)) blobs.set(path, toBlob(path));
    return blobs.get(path);
  };
  const toBlob = (path: string): ArchiveBlob | undefined => {
    const fd = openMember(root, path);
    if (fd === undefined) return undefined;
    open.push(fd);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const { size } = stat;
    return {
      size,
      bytes: async () => {
        if (size > DOCUMENT_LIMIT) throw documentTooLong(path);
        return (await createFileInput(fd, { start: 0, end: size }).exactly(size)) ?? new Uint8Array(0);
      },
      stage: () =>
        stageSource(context, { kind: "file", path: `/proc/${process.pid}/fd/${fd}`, length: size }),
    };
  };
  return {
    find,
    parallel: 4,
    close: async () => {
      for (const fd of [...open, root]) closeFd(fd);
    },
  };
}

function openRoot(folder: string): number {
  try {
    return openAt(AT_FDCWD, folder, O_PATH | O_DIRECTORY);
  } catch (error) {
    const missing = errnoOf(error) === "ENOENT";
    const reason = missing ? "no such file or directory" : errorText(error);
    throw new EngineError(missing ? "notFound" : "invalidArgument", `open ${folder}: ${reason}`, {
      cause: error,
    });
  }
}

function openMember(root: number, path: string): number | undefined {
  try {
    return openIn(root, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
}
