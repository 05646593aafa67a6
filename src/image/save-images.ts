import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TarHeader, TarWriter, tarPadding, toByteString } from "../archive/index.ts";
import { type CallOptions, newId, shortId, throwIfAborted, writeFileAtomic } from "../base/index.ts";
import {
  type ChainId,
  chainIds,
  type DiffId,
  type Digest,
  digestHex,
  digestOf,
  type Platform,
} from "../oci/index.ts";
import type { ImageContext } from "./context.ts";
import { writeFully } from "./fd-writer.ts";
import { createdSeconds } from "./image-rows.ts";
import {
  type Annotations,
  LAYOUT_FILE,
  toDockerManifest,
  toIndex,
  toManifest,
  toRepositories,
} from "./save-documents.ts";
import { type Selected, selectImages } from "./save-selection.ts";

export type SaveOptions = CallOptions & { readonly platform?: Platform };

interface Member {
  readonly path: string;
  /** Unix seconds. */
  readonly time: number;
  readonly content: Uint8Array | { readonly layer: ChainId; readonly size: number };
}

/**
 * Writes images to `fd` as one tar that is an OCI layout and a docker-archive at once, laid out as Docker
 * 28 does. Returns their IDs. The same images give the same bytes. Throws `notFound` before the first byte is written, and
 * `dataLoss` when a layer is not what its diffID says.
 */
export async function saveImages(
  context: ImageContext,
  names: readonly string[],
  request: SaveOptions & { readonly fd: number },
): Promise<readonly Digest[]> {
  const selected = selectImages(context.store, names, request.platform);
  await writeArchive(context, selected, request);
  return selected.map(({ image }) => image.id);
}

/** How images are written. */
export type WriteOptions = CallOptions & {
  /** The index says which platform each image is for. */
  readonly platforms?: boolean;
  /** Of every manifest. */
  readonly annotations?: Annotations;
};

/** As {@link saveImages}, with names that need not be those in the store. */
export async function writeArchive(
  context: ImageContext,
  selected: readonly Selected[],
  request: WriteOptions & { readonly fd: number },
): Promise<void> {
  const members = await toMembers(context, selected, request);
  const { fd } = request;
  for (const { path, time, content } of members) {
    throwIfAborted(request);
    const isLayer = !(content instanceof Uint8Array);
    const size = isLayer ? content.size : content.length;
    const directory = path.endsWith("/");
    const header = tarHeader({ path, time, size, directory });
    if (!isLayer) {
      await writeFully(fd, Buffer.concat([header, content, tarPadding(size)]));
      continue;
    }
    const { onProgress } = request;
    onProgress?.({ kind: "status", id: shortId(content.layer), text: "Saving layer" });
    await writeFully(fd, header);
    await context.layers.writeTar(
      content.layer,
      fd,
      request.signal === undefined ? {} : { signal: request.signal },
    );
    await writeFully(fd, tarPadding(size));
  }
  const trailer: Uint8Array[] = [];
  new TarWriter((bytes) => trailer.push(Uint8Array.from(bytes))).end();
  await writeFully(fd, Buffer.concat(trailer));
}

/** Writes images as an OCI layout into an existing folder; what else it holds stays, but for the index. */
export async function writeLayout(
  context: ImageContext,
  selected: readonly Selected[],
  request: WriteOptions & { readonly folder: string },
): Promise<void> {
  for (const [path, bytes] of await writeLayoutBlobs(context, selected, request)) {
    writeFileAtomic(join(request.folder, path), bytes);
  }
}

/** Writes the blobs of a layout; what is left to write, by path, are `index.json` and `oci-layout`. */
export async function writeLayoutBlobs(
  context: ImageContext,
  selected: readonly Selected[],
  request: WriteOptions & { readonly folder: string },
): Promise<ReadonlyMap<string, Uint8Array>> {
  mkdirSync(join(request.folder, "blobs/sha256"), { recursive: true });
  const left = new Map<string, Uint8Array>();
  for (const { path, content } of await toMembers(context, selected, request)) {
    throwIfAborted(request);
    const target = join(request.folder, path);
    if (path.endsWith("/") || OF_DOCKER.includes(path)) continue;
    if (!(content instanceof Uint8Array)) {
      if (!existsSync(target)) await writeLayer(context, { layer: content.layer, target }, request);
    } else if (path.startsWith("blobs/")) writeFileAtomic(target, content);
    else left.set(path, content);
  }
  return left;
}

/** Members that an OCI layout does not have. */
const OF_DOCKER = ["manifest.json", "repositories"];

async function writeLayer(
  context: ImageContext,
  { layer, target }: { readonly layer: ChainId; readonly target: string },
  { signal }: WriteOptions,
): Promise<void> {
  const partial = `${target}.${newId().slice(0, 12)}.partial`;
  try {
    const fd = openSync(partial, "wx", 0o644);
    try {
      await context.layers.writeTar(layer, fd, signal === undefined ? {} : { signal });
    } finally {
      closeSync(fd);
    }
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

async function toMembers(
  context: ImageContext,
  selected: readonly Selected[],
  { platforms = false, annotations }: WriteOptions,
): Promise<Member[]> {
  const blobs = new Map<string, Member>();
  const add = (member: Member): void => {
    if (!blobs.has(member.path)) blobs.set(member.path, member);
  };
  const sizes = new Map<DiffId, number>();
  for (const { image } of selected) {
    const time = createdSeconds(image.config);
    const diffIds = image.config.rootfs.diff_ids;
    for (const [at, layer] of chainIds(diffIds).entries()) {
      const diffId = diffIds[at];
      if (diffId === undefined || sizes.has(diffId)) continue;
      const size = await context.layers.tarSize(layer);
      sizes.set(diffId, size);
      add({ path: `blobs/sha256/${digestHex(diffId)}`, time, content: { layer, size } });
    }
    add({ path: `blobs/sha256/${digestHex(image.id)}`, time, content: image.configBytes });
  }
  const manifests = new Map(
    selected.map(({ image }) => [image.id, toManifest(image, { sizes, annotations })]),
  );
  for (const bytes of manifests.values()) {
    add({ path: `blobs/sha256/${digestHex(digestOf(bytes))}`, time: 0, content: bytes });
  }
  const newest = Math.max(...selected.map(({ image }) => createdSeconds(image.config)));
  const text = (path: string, content: string): Member => ({ path, time: 0, content: Buffer.from(content) });
  const empty = new Uint8Array();
  const repositories = toRepositories(selected);
  return [
    { path: "blobs/", time: newest, content: empty },
    { path: "blobs/sha256/", time: newest, content: empty },
    ...[...blobs.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    text("index.json", toIndex(selected, { manifests, platforms })),
    text("manifest.json", toDockerManifest(selected, sizes)),
    text("oci-layout", LAYOUT_FILE),
    ...(repositories === undefined ? [] : [text("repositories", repositories)]),
  ];
}

function tarHeader(entry: {
  readonly path: string;
  readonly time: number;
  readonly size: number;
  readonly directory: boolean;
}): Uint8Array {
  const header: TarHeader = {
    kind: entry.directory ? "directory" : "file",
    path: toByteString(entry.path),
    linkPath: "",
    mode: entry.directory ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    mtimeSeconds: Math.max(0, entry.time),
    size: entry.size,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: [],
  };
  const parts: Uint8Array[] = [];
  new TarWriter((bytes) => parts.push(bytes)).entry(header);
  return Buffer.concat(parts);
}
