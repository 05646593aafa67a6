import { posix } from "node:path";
import { BLOCK, createByteSource, TarReader, toText } from "../archive/index.ts";
import type { ByteInput } from "./byte-input.ts";
import { invalidArchive } from "./errors.ts";

/** One member of an image archive. */
export interface OuterEntry {
  readonly kind: "file" | "link" | "other";
  /** Without `./`, never outside of the archive. */
  readonly path: string;
  /** What a link stands for, in the same form. */
  readonly target: string;
  /** Bytes of content that follow; a multiple of the block size is used up in the archive. */
  readonly size: number;
}

const SPECIAL = "xgLK";
const MOST_SPECIAL = 1 << 20;
const MOST_ENTRIES = 200_000;

/**
 * Walks the members of an image archive without reading their content, of which `take` uses up exactly
 * `entry.size` bytes. Throws `invalidArgument` for what is no tar and for names that lead outside.
 */
export async function walkOuterTar(
  input: ByteInput,
  take: (entry: OuterEntry) => Promise<void>,
): Promise<void> {
  for (let count = 0; ; count++) {
    if (count > MOST_ENTRIES) throw invalidArchive(`invalid archive: more than ${MOST_ENTRIES} entries`);
    const header = await readHeader(input);
    if (header === undefined) return;
    const entry = toEntry(header);
    if (entry === undefined) return;
    const begin = input.position;
    await take(entry);
    await input.skip(begin + Math.ceil(entry.size / BLOCK) * BLOCK - input.position);
  }
}

/** The header blocks of the next member, its PAX and GNU extensions in front. */
async function readHeader(input: ByteInput): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  for (let length = 0; ; ) {
    const block = await input.exactly(BLOCK);
    if (block === undefined) {
      if (parts.length > 0) throw invalidArchive("unexpected EOF");
      return undefined;
    }
    parts.push(block);
    if (!SPECIAL.includes(String.fromCharCode(block[156] ?? 0))) break;
    const size = Number.parseInt(block.toString("latin1", 124, 135).trim() || "0", 8);
    // The block itself counts too: headers without content could go on forever.
    length += BLOCK + size;
    if (!(size >= 0 && length <= MOST_SPECIAL)) throw invalidArchive("invalid tar header");
    const data = await input.exactly(Math.ceil(size / BLOCK) * BLOCK);
    if (data === undefined) throw invalidArchive("invalid tar header");
    parts.push(data);
  }
  return Buffer.concat(parts);
}

function toEntry(header: Buffer): OuterEntry | undefined {
  const entry = new TarReader(createByteSource(header), { hasPayload: () => false }).next();
  if (entry === undefined) return undefined;
  if (entry.sparse !== undefined) throw invalidArchive("invalid archive: sparse entry");
  const path = inside(toText(entry.path));
  const { size } = entry;
  const link = toText(entry.linkPath);
  if (entry.kind === "symlink") {
    return {
      kind: "link",
      path,
      target: inside(link.startsWith("/") ? link : posix.join(posix.dirname(path), link)),
      size,
    };
  }
  if (entry.kind === "hardlink") return { kind: "link", path, target: inside(link), size };
  return { kind: entry.kind === "file" ? "file" : "other", path, target: "", size };
}

/** A name inside of an archive in its shortest form. Throws `invalidArgument` when it leads outside. */
export function inside(name: string): string {
  const path = posix.normalize(name).replace(/^\/+/, "").replace(/\/+$/, "");
  if (path === ".." || path.startsWith("../")) {
    throw invalidArchive(`invalid archive: "${name}" is outside of the archive`);
  }
  return path;
}
