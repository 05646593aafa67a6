import { type ArchiveSource, openArchiveSource } from "./archive-source.ts";
import { openFileArchive } from "./file-archive.ts";
import type { ArchiveContext, ImageArchive } from "./image-archive.ts";
import { readStreamArchive } from "./stream-archive.ts";

/** Opens an image archive: indexed when it is a plain file, read through once otherwise. */
export async function openImageArchive(
  source: ArchiveSource,
  context: ArchiveContext,
): Promise<ImageArchive> {
  const opened = await openArchiveSource(source);
  if (opened.kind === "file") return await openFileArchive(opened, context);
  try {
    return await readStreamArchive(opened.chunks, context);
  } finally {
    opened.close();
  }
}
