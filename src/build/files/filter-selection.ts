import { type ByteString, toByteString, toText } from "../../archive/index.ts";
import { toGlobstarPattern } from "../../dockerfile/index.ts";
import type { TreeFilter } from "../result.ts";
import { sourceMissing } from "./errors.ts";
import type { FileNode, FileTree } from "./file-node.ts";
import { hasWildcard } from "./name-pattern.ts";
import { cleanPath, resolvePath } from "./resolve-path.ts";
import { type Selection, selectFiles } from "./select-files.ts";

/** Leaves out what patterns exclude, which are relative to the folder that was asked for. */
export function withoutExcluded(selection: Selection, filter: TreeFilter): Selection {
  return { ...selection, node: prune(selection.node, selection.node, filter) };
}

function prune(node: FileNode, top: FileNode, filter: TreeFilter): FileNode {
  const children = node.children.flatMap((child) => {
    const path = pathBelow(top, child);
    if (!filter.excludes(path)) return [prune(child, top, filter)];
    if (child.kind !== "directory" || filter.excludesAllBelow(path)) return [];
    const kept = prune(child, top, filter);
    return kept.children.length === 0 ? [] : [kept];
  });
  return { ...node, children };
}

/**
 * As {@link selectFiles} for `--parents`: what fits is kept with the folders above it, from the pivot `/./` on or from
 * the root. Throws `notFound` for a path without wildcards that is not there.
 */
export function selectWithParents(tree: FileTree, word: string): Selection[] {
  const { base, pattern } = splitPivot(word);
  const bases = selectFiles(tree, base).filter(({ node }) => node.kind === "directory");
  const fits = toFit(pattern);
  return bases.map((selection) => {
    if (!hasWildcard(pattern)) checkThere(tree, selection.node.path, pattern);
    return { ...selection, node: keepFitting(selection.node, selection.node, fits) };
  });
}

function splitPivot(word: string): { readonly base: string; readonly pattern: ByteString } {
  const rooted = `/${word}`;
  const pivot = rooted.indexOf("/./", /^\/\.\//.test(rooted) ? 2 : 0);
  if (pivot < 0) return { base: "", pattern: cleanPath(toByteString(word)) };
  return { base: rooted.slice(0, pivot), pattern: cleanPath(toByteString(rooted.slice(pivot + 3))) };
}

function checkThere(tree: FileTree, base: ByteString, pattern: ByteString): void {
  const path = resolvePath(base === "" ? pattern : `${base}/${pattern}`, (at) => tree.find(at), {
    keepLast: true,
  });
  if (tree.find(path) === undefined) throw sourceMissing(tree.name, path);
}

/** Tells whether a path, or a folder above it, fits. */
function toFit(pattern: ByteString): (path: string) => boolean {
  if (pattern === "") return () => true;
  const expression = toGlobstarPattern(toText(pattern));
  return (path) => expression.test(path);
}

function keepFitting(node: FileNode, top: FileNode, fits: (path: string) => boolean): FileNode {
  const children = node.children.flatMap((child) => {
    if (fits(pathBelow(top, child))) return [child];
    const kept = keepFitting(child, top, fits);
    return kept.children.length === 0 ? [] : [kept];
  });
  return { ...node, children };
}

function pathBelow(top: FileNode, node: FileNode): string {
  return toText(top.path === "" ? node.path : node.path.slice(top.path.length + 1));
}
