import { errorText } from "../base/index.ts";
import {
  type Digest,
  digestOf,
  familiarReference,
  formatReference,
  type ImageConfig,
  type Platform,
  type Reference,
} from "../oci/index.ts";
import { invalidArchive, wrongContent } from "./errors.ts";
import type { ArchiveBlob, ImageArchive } from "./image-archive.ts";

/** One layer of an image in an archive. */
export interface PlannedLayer {
  readonly name: string;
  readonly blob: ArchiveBlob;
  /** What the blob's bytes must be, where the archive says it. */
  readonly digest: Digest | undefined;
}

/** One image of an archive, complete as far as can be told without reading the layers. */
export interface PlannedImage {
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  /** Bottom first; as many as the config has diffIDs. */
  readonly layers: readonly PlannedLayer[];
  readonly names: readonly Reference[];
  /** The image that this one was made from, where the archive says it. */
  readonly parent: Digest | undefined;
}

const MOST_IMAGES = 10_000;
/** What an overlay mount takes. */
const MOST_LAYERS = 500;

/** Throws `invalidArgument` when an archive names so many images, or names for them, that it can only be an attack. */
export function checkCount(what: "images" | "names", count: number): void {
  if (count <= MOST_IMAGES) return;
  throw invalidArchive(`invalid archive: ${count} ${what}, more than ${MOST_IMAGES}`);
}

/** How an archive is to be read. */
export interface PlanRequest {
  readonly archive: ImageArchive;
  /** Only images for this platform. */
  readonly platform?: Platform | undefined;
  /** Only the image with this tag or name. */
  readonly only?: string | undefined;
  /** As an OCI layout, even when it is a docker-archive too. */
  readonly layout?: boolean | undefined;
  /** A lone image of a layout is the one with that tag or name. */
  readonly orLone?: boolean | undefined;
  /** For an image without a name. */
  readonly fallback?: Reference | undefined;
}

/** True when an image that an archive calls `tag` or `name` is the one that was asked for. */
export function isAskedFor(
  only: string | undefined,
  { tag, name }: { readonly tag?: string | undefined; readonly name?: Reference | undefined },
): boolean {
  if (only === undefined || only === tag) return true;
  if (name === undefined) return false;
  return only === name.tag || only === formatReference(name) || only === familiarReference(name);
}

/** The JSON document of this name. Throws `invalidArgument` when it is missing or no JSON. */
export async function readJson(archive: ImageArchive, name: string): Promise<unknown> {
  return parseJson(await needBlob(archive, name).bytes(), name);
}

export function parseJson(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalidArchive(`invalid archive: "${name}": ${errorText(error)}`, error);
  }
}

/** The blob of this name. Throws `invalidArgument` when there is none. */
export function needBlob(archive: ImageArchive, name: string): ArchiveBlob {
  const blob = archive.find(name);
  if (blob === undefined) throw invalidArchive(`open ${name}: no such file or directory`);
  return blob;
}

/** A whole document whose digest is known beforehand. */
export async function readVerified(
  archive: ImageArchive,
  name: string,
  digest: Digest | undefined,
): Promise<Uint8Array> {
  const bytes = await needBlob(archive, name).bytes();
  if (digest !== undefined && digestOf(bytes) !== digest) {
    throw wrongContent(`invalid archive: "${name}" does not match digest ${digest}`);
  }
  return bytes;
}

/** The digest that a blob's place in the archive promises. */
export function digestOfName(name: string): Digest | undefined {
  const [, hex] = /(?:^|\/)blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? [];
  return hex === undefined ? undefined : (`sha256:${hex}` as Digest);
}

/** Checks that the config, whose bytes these are, fits the layers. */
export function toPlan(
  { config, bytes }: { readonly config: ImageConfig; readonly bytes: Uint8Array },
  layers: readonly PlannedLayer[],
  rest: Pick<PlannedImage, "names" | "parent">,
): PlannedImage {
  const wanted = config.rootfs.diff_ids.length;
  if (wanted !== layers.length) {
    throw invalidArchive(
      `invalid manifest, layers length mismatch: expected ${layers.length}, got ${wanted}`,
    );
  }
  if (wanted > MOST_LAYERS) throw invalidArchive(`invalid archive: max depth exceeded: ${wanted} layers`);
  return { config, configBytes: bytes, layers, ...rest };
}
