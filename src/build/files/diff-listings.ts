import { unescapePath } from "./listing.ts";

const MOST = 10;

interface Line {
  readonly kind: string;
  readonly mode: string;
  readonly owner: string;
  readonly xattrs: string;
  readonly content: string;
}

/** Says in a person's words how two listings differ: the first ten differences and how many more there are. */
export function diffListings(before: string, after: string): string[] {
  const [oldLines, freshLines] = [linesOf(before), linesOf(after)];
  const old = parse(oldLines.filter(notIn(freshLines)));
  const fresh = parse(freshLines.filter(notIn(oldLines)));
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  const reasons = paths.flatMap((path) => {
    const words = describe(old.get(path), fresh.get(path));
    return words === undefined ? [] : [`${unescapePath(path)}: ${words}`];
  });
  if (reasons.length <= MOST) return reasons;
  return [...reasons.slice(0, MOST), `and ${reasons.length - MOST} more`];
}

function linesOf(listing: string): readonly string[] {
  return listing === "" ? [] : listing.split("\n");
}

function notIn(lines: readonly string[]): (line: string) => boolean {
  const known = new Set(lines);
  return (line) => !known.has(line);
}

function parse(lines: readonly string[]): ReadonlyMap<string, Line> {
  return new Map(
    lines.map((line) => {
      const [path = "", kind = "", mode = "", owner = "", xattrs = "", content = ""] = line.split("\t");
      return [path, { kind, mode, owner, xattrs, content }] as const;
    }),
  );
}

function describe(old: Line | undefined, fresh: Line | undefined): string | undefined {
  if (old === undefined) return "added";
  if (fresh === undefined) return "removed";
  if (old.kind !== fresh.kind) return `was a ${old.kind}, is a ${fresh.kind}`;
  const words: string[] = [];
  if (old.content !== fresh.content)
    words.push(old.kind === "symlink" ? linkWords(old, fresh) : "content changed");
  if (old.mode !== fresh.mode) words.push(`mode ${old.mode} -> ${fresh.mode}`);
  if (old.owner !== fresh.owner) words.push(`owner ${old.owner} -> ${fresh.owner}`);
  if (old.xattrs !== fresh.xattrs) words.push("extended attributes changed");
  return words.length === 0 ? undefined : words.join(", ");
}

function linkWords(old: Line, fresh: Line): string {
  return `link ${unescapePath(old.content)} -> ${unescapePath(fresh.content)}`;
}
