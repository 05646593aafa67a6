import { detectCompression } from "../archive/index.ts";
import { throwIfAborted } from "../base/index.ts";
import type { StagedLayer } from "../snapshot/index.ts";
import { createStreamInput, type StreamInput } from "./byte-input.ts";
import { invalidArchive } from "./errors.ts";
import {
  type ArchiveBlob,
  type ArchiveContext,
  DOCUMENT_LIMIT,
  documentTooLong,
  followLinks,
  type ImageArchive,
  stageSource,
} from "./image-archive.ts";
import { type OuterEntry, walkOuterTar } from "./outer-tar.ts";

/** Most bytes of all documents of one archive, which are kept in memory. */
const DOCUMENTS_LIMIT = 64 << 20;
const HEAD = 512;

interface StreamBlob extends ArchiveBlob {
  discard(): Promise<void>;
}

/**
 * Reads an archive that comes once, before its manifest is known: what looks like a layer is unpacked as
 * it passes, small files are kept, and what no manifest asks for is dropped at the end.
 */
export async function readStreamArchive(
  chunks: AsyncIterable<Uint8Array>,
  context: ArchiveContext,
): Promise<ImageArchive> {
  const blobs = new Map<string, StreamBlob>();
  const links = new Map<string, string>();
  const close = async (): Promise<void> => {
    for (const blob of blobs.values()) await blob.discard();
  };
  const input = createStreamInput(chunks);
  let kept = 0;
  try {
    await walkOuterTar(input, async (entry) => {
      throwIfAborted(context.options);
      const { kind, path, target, size } = entry;
      await blobs.get(path)?.discard();
      blobs.delete(path);
      links.delete(path);
      if (kind === "link") links.set(path, target);
      if (kind !== "file") return;
      const head = (await input.exactly(Math.min(size, HEAD))) ?? Buffer.alloc(0);
      if (isLayer(head) || size > DOCUMENT_LIMIT) {
        blobs.set(path, await stageEntry(context, { entry, head, input }));
        return;
      }
      kept += size;
      if (kept > DOCUMENTS_LIMIT) throw invalidArchive("invalid archive: too many documents");
      const rest = (await input.exactly(size - head.length)) ?? Buffer.alloc(0);
      blobs.set(path, toDocument(context, Buffer.concat([head, rest])));
    });
    // The writer at the other end of a pipe must not find it closed, nor a wrong checksum go unseen.
    await input.drain();
  } catch (error) {
    await close();
    throw error;
  }
  return { find: (name) => followLinks(name, blobs, links), parallel: 1, close };
}

function isLayer(head: Buffer): boolean {
  return detectCompression(head) !== "none" || head.toString("latin1", 257, 262) === "ustar";
}

function toDocument(context: ArchiveContext, bytes: Buffer): StreamBlob {
  return {
    size: bytes.length,
    bytes: async () => bytes,
    stage: () => stageSource(context, { kind: "stream", stream: new Blob([new Uint8Array(bytes)]).stream() }),
    discard: async () => {},
  };
}

async function stageEntry(
  context: ArchiveContext,
  passing: { readonly entry: OuterEntry; readonly head: Buffer; readonly input: StreamInput },
): Promise<StreamBlob> {
  const { entry, head, input } = passing;
  const end = input.position - head.length + entry.size;
  let broken: unknown;
  let first: Uint8Array | undefined = head;
  let cancelled = false;
  let pulling: Promise<void> = Promise.resolve();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      const chunk = first ?? (input.position < end ? await input.some(end - input.position) : undefined);
      first = undefined;
      if (cancelled) return;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    } catch (error) {
      broken = error;
      controller.error(error);
    }
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        pulling = pull(controller);
        return pulling;
      },
      cancel: () => {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  let staged: StagedLayer | undefined;
  let failure: unknown;
  try {
    staged = await stageSource(context, { kind: "stream", stream });
  } catch (error) {
    // Only a layer that a manifest names has to be one.
    failure = error;
  }
  await pulling;
  if (broken !== undefined) throw broken;
  throwIfAborted(context.options);
  return {
    size: entry.size,
    bytes: async () => {
      throw documentTooLong(entry.path);
    },
    stage: async () => {
      if (failure !== undefined) throw failure;
      const layer = staged;
      staged = undefined;
      return layer;
    },
    discard: async () => {
      if (staged !== undefined) await context.layers.discard(staged);
      staged = undefined;
    },
  };
}
