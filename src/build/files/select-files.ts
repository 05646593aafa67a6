import { type ByteString, toByteString } from "../../archive/index.ts";
import { baseName, joinPath } from "../../snapshot/index.ts";
import { sourceMissing } from "./errors.ts";
import type { FileNode, FileTree } from "./file-node.ts";
import { hasWildcard, toNamePattern } from "./name-pattern.ts";
import { cleanPath, resolvePath } from "./resolve-path.ts";

/** One thing that a COPY was asked for. */
export interface Selection {
  /** As it was asked for, below the root: what messages and listings show. */
  readonly shown: ByteString;
  /** Name in a destination folder. */
  readonly name: ByteString;
  /** What it is; a link that was asked for is followed. */
  readonly node: FileNode;
}

/** The things in a tree that one word of a COPY names. Throws `notFound` for what is missing; wildcards may name nothing. */
export function selectFiles(tree: FileTree, word: string): Selection[] {
  const path = cleanPath(toByteString(word));
  const paths = hasWildcard(path) ? expand(tree, path) : [path];
  return paths.map((shown) => select(tree, shown));
}

function select(tree: FileTree, shown: ByteString): Selection {
  const path = resolvePath(shown, (at) => tree.find(at));
  const node = tree.scan(path);
  if (node === undefined) throw sourceMissing(tree.name, shown, { hidden: tree.hides(path) });
  return { shown, name: baseName(shown), node };
}

/** Paths that fit a pattern. Links in the part before its first wildcard are followed, later ones are not. */
function expand(tree: FileTree, pattern: ByteString): ByteString[] {
  const parts = pattern.split("/");
  const first = parts.findIndex(hasWildcard);
  const base = resolvePath(parts.slice(0, first).join("/"), (path) => tree.find(path));
  if (tree.find(base)?.kind !== "directory") return [];
  let found: ByteString[] = [base];
  parts.slice(first).forEach((part, at, all) => {
    const fits = toNamePattern(part);
    found = found.flatMap((folder) =>
      tree
        .names(folder)
        .filter(fits)
        .map((name) => joinPath(folder, name)),
    );
    const wanted = at === all.length - 1 ? isThere : isFolder;
    found = found.filter((path) => wanted(tree.find(path)));
  });
  return found;
}

function isThere(node: FileNode | undefined): boolean {
  return node !== undefined;
}

function isFolder(node: FileNode | undefined): boolean {
  return node?.kind === "directory";
}
