import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type ByteSink, TarReader, TarWriter, toByteString } from "../../archive/index.ts";
import { throwIfAborted } from "../../base/index.ts";
import type { BuildOutput } from "../request.ts";
import type { RoomContext } from "../room-context.ts";
import { type BuiltResult, type ExportOptions, platformFolder } from "./export-output.ts";

/** What goes into a tar of files. */
export interface TarExport {
  readonly results: readonly BuiltResult[];
  readonly output: Extract<BuildOutput, { kind: "tar" }>;
}

/** Writes the files of the results as one tar; those of several platforms each in a folder of its own. */
export async function exportTar(
  { layers }: RoomContext,
  { results, output }: TarExport,
  { signal, workFolder }: ExportOptions,
): Promise<void> {
  const sink = blockingSink(output.fd);
  const [only] = results;
  if (results.length === 1 && only !== undefined) {
    if (only.top === undefined) new TarWriter(sink).end();
    else await layers.writeFlatTar({ chainId: only.top }, output.fd, { signal });
    return;
  }
  const writer = new TarWriter(sink);
  for (const { platform, top } of results) {
    if (top === undefined) continue;
    const path = join(workFolder(), "files.tar");
    const fd = openSync(path, "wx+", 0o600);
    try {
      await layers.writeFlatTar({ chainId: top }, fd, { signal });
      const prefix = output.platformSplit ? `${platformFolder(platform)}/` : "";
      addEntries(writer, { path, prefix, signal });
    } finally {
      closeSync(fd);
    }
  }
  writer.end();
}

interface Added {
  readonly path: string;
  readonly prefix: string;
  readonly signal: AbortSignal;
}

function addEntries(writer: TarWriter, { path, prefix, signal }: Added): void {
  const below = toByteString(prefix);
  const fd = openSync(path, "r");
  try {
    const reader = new TarReader({ read: (buffer) => readSync(fd, buffer) });
    for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
      throwIfAborted({ signal });
      const linkPath = entry.kind === "hardlink" ? below + entry.linkPath : entry.linkPath;
      writer.entry({ ...entry, path: below + entry.path, linkPath });
      for (let chunk = reader.readChunk(); chunk !== undefined; chunk = reader.readChunk()) {
        writer.content(chunk);
      }
    }
  } finally {
    closeSync(fd);
  }
}

function blockingSink(fd: number): ByteSink {
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  };
}
