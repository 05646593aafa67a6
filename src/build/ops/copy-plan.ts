import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseChmod } from "../../dockerfile/index.ts";
import {
  AT_FDCWD,
  closeFd,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  openAt,
  openIn,
} from "../../host/index.ts";
import { type LayerPlan, toBytePath, type UnionFolder } from "../../snapshot/index.ts";
import { sourceDateEpoch } from "../epoch.ts";
import { type CopyOptions, copyFiles } from "../files/copy-files.ts";
import { Destination } from "../files/destination.ts";
import { changedWhileRead } from "../files/errors.ts";
import { openFolderTree } from "../files/folder-tree.ts";
import type { Owner } from "../files/owner.ts";
import { planLayer, rootAttributes } from "../files/plan-layer.ts";
import type { Selection } from "../files/select-files.ts";
import { isArchiveFile } from "../files/sniff-archive.ts";
import { type UnpackedArchive, unpackOnto } from "../files/unpack-onto.ts";
import type { CopyDefinition } from "../graph/definition.ts";
import { selectSources } from "./copy-sources.ts";
import type { OpContext } from "./op.ts";

/** What a copy is planned for. */
export interface CopyPlace {
  /** What is copied onto. */
  readonly below: UnionFolder;
  /** The stack that the layer will lie on; `below`, if not given. */
  readonly base?: UnionFolder;
  readonly owner: Owner | undefined;
}

/** Plans the layer of a COPY or ADD. Archives that are to be unpacked are unpacked into a work folder. */
export async function planCopy(
  definition: CopyDefinition,
  context: OpContext,
  { below, base = below, owner }: CopyPlace,
): Promise<LayerPlan> {
  const { destination, chmod } = definition;
  const target = new Destination(below);
  const options = { destination, owner, chmod: chmod === "" ? undefined : parseChmod(chmod) };
  const sources = await selectSources(definition, context);
  for (const [at, { selection, unpack }] of sources.entries()) {
    const own: CopyOptions = { ...options, group: String(at) };
    const archive = unpack ? await unpackArchive(selection, context) : undefined;
    if (archive === undefined) copyFiles(target, selection, own);
    else unpackOnto(target, archive, own);
  }
  return planLayer(target, {
    root: rootAttributes(base),
    latest: sourceDateEpoch(context.request),
    now: Math.floor(Date.now() / 1000),
  });
}

/** Unpacks a file into a work folder; undefined when it is no archive. */
async function unpackArchive({ node }: Selection, context: OpContext): Promise<UnpackedArchive | undefined> {
  if (node.kind !== "file") return undefined;
  const fd = openFile(node.folder, node.path);
  try {
    if (!(await isArchiveFile(fd))) return undefined;
    const root = join(context.workFolder(), "archive");
    mkdirSync(root, { mode: 0o755 });
    const { layers, signal } = context;
    const { digest, implied } = await layers.unpack({ kind: "fd", fd }, root, { signal });
    if (node.digest !== "" && digest !== `sha256:${node.digest}`) throw changedWhileRead(node.path);
    const tree = openFolderTree(
      { kind: "tree", root, filter: undefined, live: false },
      { name: "archive", layers, withXattrs: true },
    );
    try {
      const unpacked = tree.scan("");
      return unpacked === undefined ? undefined : { root: unpacked, implied: new Set(implied) };
    } finally {
      tree.close();
    }
  } finally {
    closeFd(fd);
  }
}

function openFile(folder: string, path: string): number {
  const folderFd = openAt(AT_FDCWD, folder, O_PATH | O_DIRECTORY);
  try {
    return openIn(folderFd, toBytePath(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } finally {
    closeFd(folderFd);
  }
}
