import { createHash } from "node:crypto";
import { type ByteSource, type TarEntry, TarReader, toText } from "../../archive/index.ts";

/** The first thing in which two layers differ. */
export interface TreeDifference {
  /** Absolute, inside the root file system. */
  readonly path: string;
  /** In a person's words: `content`, `modification time 12:00:01 -> 12:00:02`, `only in the second build`. */
  readonly what: string;
}

/** Compares two tars whose entries are sorted; undefined when they hold the same. */
export function compareTars(first: ByteSource, second: ByteSource): TreeDifference | undefined {
  const left = new Walk(first);
  const right = new Walk(second);
  for (;;) {
    const a = left.next();
    const b = right.next();
    if (a === undefined && b === undefined) return undefined;
    if (a === undefined || b === undefined || a.entry.path !== b.entry.path) return missing(a, b);
    const what = describe(a, b);
    if (what !== undefined) return { path: shown(a.entry), what };
  }
}

interface Member {
  readonly entry: TarEntry;
  readonly digest: string;
}

class Walk {
  readonly #reader: TarReader;

  constructor(source: ByteSource) {
    this.#reader = new TarReader(source);
  }

  next(): Member | undefined {
    const entry = this.#reader.next();
    if (entry === undefined) return undefined;
    const hash = createHash("sha256");
    for (let chunk = this.#reader.readChunk(); chunk !== undefined; chunk = this.#reader.readChunk()) {
      hash.update(chunk);
    }
    return { entry, digest: hash.digest("hex") };
  }
}

function missing(a: Member | undefined, b: Member | undefined): TreeDifference {
  // Sorted tars: the lower path is the one that the other does not have.
  const onlyFirst = b === undefined || (a !== undefined && a.entry.path < b.entry.path);
  const entry = onlyFirst ? a?.entry : b?.entry;
  return {
    path: entry === undefined ? "/" : shown(entry),
    what: onlyFirst ? "only in the first build" : "only in the second build",
  };
}

function describe(
  { entry: a, digest: before }: Member,
  { entry: b, digest: after }: Member,
): string | undefined {
  if (a.kind !== b.kind) return change("type", a.kind, b.kind);
  if (a.mode !== b.mode) return change("mode", a.mode.toString(8), b.mode.toString(8));
  if (a.uid !== b.uid || a.gid !== b.gid) return change("owner", `${a.uid}:${a.gid}`, `${b.uid}:${b.gid}`);
  if (a.size !== b.size) return change("size", `${a.size}`, `${b.size}`);
  if (before !== after) return "content";
  if (a.linkPath !== b.linkPath) return change("link", toText(a.linkPath), toText(b.linkPath));
  if (a.mtimeSeconds !== b.mtimeSeconds) {
    return change("modification time", time(a.mtimeSeconds), time(b.mtimeSeconds));
  }
  return Bun.deepEquals(a.xattrs, b.xattrs) ? undefined : "extended attributes";
}

function change(what: string, before: string, after: string): string {
  return `${what} ${before} -> ${after}`;
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

function shown({ path }: TarEntry): string {
  return `/${toText(path).replace(/^\.?\/+|\/+$/g, "")}`;
}
