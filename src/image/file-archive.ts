import { availableParallelism } from "node:os";
import { throwIfAborted } from "../base/index.ts";
import type { OpenSource } from "./archive-source.ts";
import { createFileInput } from "./byte-input.ts";
import {
  type ArchiveBlob,
  type ArchiveContext,
  DOCUMENT_LIMIT,
  documentTooLong,
  followLinks,
  type ImageArchive,
  stageSource,
} from "./image-archive.ts";
import { walkOuterTar } from "./outer-tar.ts";

/** Indexes an uncompressed archive by its headers; content is read when asked for, in any order. */
export async function openFileArchive(
  file: Extract<OpenSource, { kind: "file" }>,
  context: ArchiveContext,
): Promise<ImageArchive> {
  const blobs = new Map<string, ArchiveBlob>();
  const links = new Map<string, string>();
  try {
    const input = createFileInput(file.fd, file);
    await walkOuterTar(input, async ({ kind, path, target, size }) => {
      throwIfAborted(context.options);
      blobs.delete(path);
      links.delete(path);
      if (kind === "link") links.set(path, target);
      if (kind !== "file") return;
      const offset = file.start + input.position;
      blobs.set(path, {
        size,
        bytes: async () => {
          if (size > DOCUMENT_LIMIT) throw documentTooLong(path);
          const part = createFileInput(file.fd, { start: offset, end: offset + size });
          return (await part.exactly(size)) ?? new Uint8Array(0);
        },
        stage: () => stageSource(context, { kind: "file", path: file.path, offset, length: size }),
      });
    });
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    find: (name) => followLinks(name, blobs, links),
    parallel: availableParallelism(),
    close: async () => file.close(),
  };
}
