import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isArchive } from "../files/sniff-archive.ts";
import type { Session } from "../solve/session.ts";
import { badDockerfile } from "./errors.ts";
import type { OpenedContext } from "./open-context.ts";
import { LARGEST_TEXT } from "./read-in-tree.ts";

/** Enough of a stream to tell an archive from a text. */
const HEAD = 1024 * 1024;

/** Reads a context from a stream: an archive, which is unpacked into a work folder, or a lone Dockerfile as text. */
export async function openStream(
  { name, stream }: { readonly name: string; readonly stream: ReadableStream<Uint8Array> },
  session: Pick<Session, "layers" | "signal" | "workFolder">,
): Promise<OpenedContext> {
  const root = join(session.workFolder(), "context");
  mkdirSync(root, { mode: 0o755 });
  const tree = { kind: "tree", root, filter: undefined, live: false } as const;
  const reader = stream.getReader();
  const head = await readHead(reader);
  if (!(await isArchive(head.bytes))) {
    return { name, tree, dockerfile: await readText(head, reader) };
  }
  const { layers, signal } = session;
  await layers.unpack({ kind: "stream", stream: joined(head.bytes, reader) }, root, { signal });
  return { name, tree };
}

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

interface Head {
  readonly bytes: Uint8Array;
  readonly ended: boolean;
}

async function readHead(reader: Reader): Promise<Head> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < HEAD; ) {
    const { value, done } = await reader.read();
    if (done || value === undefined) return { bytes: Buffer.concat(parts), ended: true };
    parts.push(value);
    length += value.length;
  }
  return { bytes: Buffer.concat(parts), ended: false };
}

async function readText({ bytes, ended }: Head, reader: Reader): Promise<string> {
  const parts = [bytes];
  for (let length = bytes.length; !ended; ) {
    const { value, done } = await reader.read();
    if (done || value === undefined) break;
    parts.push(value);
    length += value.length;
    if (length > LARGEST_TEXT) {
      await reader.cancel();
      throw badDockerfile("-", "it is larger than 64 MiB");
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    throw badDockerfile("-", "neither an archive nor UTF-8 text");
  }
}

/** What was read already, and the rest. */
function joined(head: Uint8Array, reader: Reader): ReadableStream<Uint8Array> {
  let first = true;
  return new ReadableStream({
    async pull(controller) {
      if (first) {
        first = false;
        controller.enqueue(head);
        return;
      }
      const { value, done } = await reader.read();
      if (done || value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
