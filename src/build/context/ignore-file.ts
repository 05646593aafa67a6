import { dirname, join, relative } from "node:path";
import { type IgnoreMatcher, parseIgnoreFile } from "../../dockerfile/index.ts";
import type { DockerfileSource } from "../request.ts";
import type { TreeResult } from "../result.ts";
import { readInTree } from "./read-in-tree.ts";

/**
 * Reads what a folder of the user leaves out of the context: from the Dockerfile's own `.dockerignore` beside it, else
 * from the one in the folder. Other contexts are taken as they are, as with BuildKit.
 */
export function readIgnoreFile(
  tree: TreeResult,
  dockerfile: DockerfileSource | undefined,
): IgnoreMatcher | undefined {
  if (!tree.live) return undefined;
  const bytes = ownIgnoreFile(tree, dockerfile) ?? readInTree(tree.root, ".dockerignore");
  return bytes === undefined || bytes === "notFile" ? undefined : parseIgnoreFile(bytes);
}

function ownIgnoreFile(tree: TreeResult, source: DockerfileSource | undefined) {
  if (source === undefined || source.kind === "text") return undefined;
  const path = `${source.path}.dockerignore`;
  if (source.kind === "in-context") return readInTree(tree.root, path);
  return readInTree(dirname(path), relative(dirname(path), join(path)));
}
