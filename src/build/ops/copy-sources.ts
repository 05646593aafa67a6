import { createHash } from "node:crypto";
import { EngineError } from "../../base/index.ts";
import { openDigestCache } from "../files/digest-cache.ts";
import { eachNode, type FileNode, type FileTree } from "../files/file-node.ts";
import { openFolderTree } from "../files/folder-tree.ts";
import { formatListing } from "../files/listing.ts";
import { type Selection, selectFiles } from "../files/select-files.ts";
import { openStackTree } from "../files/stack-tree.ts";
import type { CopyDefinition, CopySource } from "../graph/definition.ts";
import { canonicalJson } from "../graph/vertex.ts";
import type { KeyParts, OpContext } from "./op.ts";

/** What a COPY was found to take, so that its execution need not look again. */
const found = new WeakMap<CopySource, readonly Selection[]>();

/** The parts of a key that stand for the files: the digest of a listing for each source. */
export async function listSources(definition: CopyDefinition, context: OpContext): Promise<KeyParts> {
  const parts: Record<string, string> = {};
  const single = definition.sources.length === 1;
  for (const [at, source] of definition.sources.entries()) {
    parts[single ? "files" : `files.${at}`] = await listSource(definition, source, context);
  }
  return parts;
}

/** Everything that is to be copied, in the order of the words. */
export async function selectSources(definition: CopyDefinition, context: OpContext): Promise<Selection[]> {
  const selections: Selection[] = [];
  for (const source of definition.sources) {
    const known = found.get(source);
    selections.push(
      ...(known ?? (await withTree(source, context, async (tree) => select(definition, source, tree)))),
    );
  }
  return selections;
}

/** A stack never changes, so that what a COPY takes from it is found out once and for all. */
async function listSource(
  definition: CopyDefinition,
  source: CopySource,
  context: OpContext,
): Promise<string> {
  const result = context.input(source.from);
  const list = (): Promise<string> =>
    withTree(source, context, async (tree) => {
      const selections = select(definition, source, tree);
      await tree.digest(filesOf(selections), context.signal);
      found.set(source, selections);
      return context.keepListing(formatListing(selections));
    });
  if (result.kind === "tree" || result.top === undefined) return await list();
  const { parents, exclude } = definition;
  const asked = canonicalJson({ paths: source.paths, parents, exclude });
  const request = createHash("sha256").update(asked).digest("hex");
  return await rememberListing(context, { chainId: result.top, request, list });
}

async function rememberListing(
  { store }: OpContext,
  listing: { readonly chainId: string; readonly request: string; readonly list: () => Promise<string> },
): Promise<string> {
  const { chainId, request } = listing;
  const sql = "SELECT listing FROM stack_listings WHERE chain_id = ? AND request = ?";
  const row = store.row<{ listing: string }>(sql, chainId, request);
  if (row !== undefined) return row.listing;
  const digest = await listing.list();
  store.transaction(() => {
    store.change("DELETE FROM stack_listings WHERE chain_id NOT IN (SELECT chain_id FROM layers)");
    store.change("INSERT OR REPLACE INTO stack_listings VALUES (?,?,?)", chainId, request, digest);
  });
  return digest;
}

function select(definition: CopyDefinition, source: CopySource, tree: FileTree): Selection[] {
  if (definition.parents || definition.exclude.length > 0 || source.unpack !== "never") {
    throw new EngineError(
      "notImplemented",
      "COPY --parents, COPY --exclude and ADD of files do not work yet",
    );
  }
  return source.paths.flatMap((path) => selectFiles(tree, path));
}

function filesOf(selections: readonly Selection[]): FileNode[] {
  const files: FileNode[] = [];
  for (const { node } of selections) {
    eachNode(node, (each) => {
      if (each.kind === "file") files.push(each);
    });
  }
  return files;
}

async function withTree<T>(
  source: CopySource,
  { input, layers, store }: OpContext,
  section: (tree: FileTree) => Promise<T>,
): Promise<T> {
  const result = input(source.from);
  if (result.kind === "stack") return await section(openStackTree(layers, result.top));
  const cache = result.live ? { cache: openDigestCache(store, result.root) } : {};
  const tree = openFolderTree(result, { name: "context", layers, ...cache });
  try {
    return await section(tree);
  } finally {
    tree.close();
  }
}
