import { createHash } from "node:crypto";
import { createIgnoreMatcher } from "../../dockerfile/index.ts";
import { openDigestCache } from "../files/digest-cache.ts";
import { eachNode, type FileNode, type FileTree } from "../files/file-node.ts";
import { selectWithParents, withoutExcluded } from "../files/filter-selection.ts";
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

/** One thing to copy, and whether it is to be unpacked if it is an archive. */
export interface SelectedSource {
  readonly selection: Selection;
  readonly unpack: boolean;
}

/** Everything that is to be copied, in the order of the words. */
export async function selectSources(
  definition: CopyDefinition,
  context: OpContext,
): Promise<SelectedSource[]> {
  const selected: SelectedSource[] = [];
  for (const source of definition.sources) {
    const look = (tree: FileTree) => selectFrom(definition, source, { tree, context });
    const selections = found.get(source) ?? (await withTree(source, context, look));
    const unpack = source.unpack !== "never";
    selected.push(...selections.map((selection) => ({ selection, unpack })));
  }
  return selected;
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

/** A layer's files need no digest to be copied: nobody changes them. */
async function selectFrom(
  definition: CopyDefinition,
  source: CopySource,
  { tree, context }: { readonly tree: FileTree; readonly context: OpContext },
): Promise<readonly Selection[]> {
  const selections = select(definition, source, tree);
  if (context.input(source.from).kind === "tree") await tree.digest(filesOf(selections), context.signal);
  return selections;
}

function select({ parents, exclude }: CopyDefinition, { paths }: CopySource, tree: FileTree): Selection[] {
  const excluded = exclude.length === 0 ? undefined : createIgnoreMatcher(exclude);
  return paths
    .flatMap((path) => (parents ? selectWithParents(tree, path) : selectFiles(tree, path)))
    .map((selection) => (excluded === undefined ? selection : withoutExcluded(selection, excluded)));
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
