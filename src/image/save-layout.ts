import { existsSync, lstatSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { EngineError, errnoOf, errorText, writeFileAtomic } from "../base/index.ts";
import { type Digest, formatReference } from "../oci/index.ts";
import type { ImageContext } from "./context.ts";
import { goJson } from "./format-config.ts";
import { type SaveOptions, writeLayoutBlobs } from "./save-images.ts";
import { type Selected, selectImages } from "./save-selection.ts";

const INDEX = "index.json";
const REF_NAME = "org.opencontainers.image.ref.name";
const NAME = "io.containerd.image.name";
const LARGEST_INDEX = 8 << 20;

export type LayoutOptions = SaveOptions & {
  readonly folder: string;
  /** What the images are called in the layout, instead of their tags. */
  readonly tag?: string | undefined;
};

/**
 * Adds images to the OCI image layout in a folder (OCI image-spec, image-layout.md), which is made if it is not there.
 * What it holds already stays, but for a name that is given to another image. Returns the IDs of the images.
 */
export async function saveLayout(
  context: ImageContext,
  names: readonly string[],
  options: LayoutOptions,
): Promise<readonly Digest[]> {
  const selected = selectImages(context.store, names, options.platform);
  const { folder, tag } = options;
  if (tag !== undefined && selected.length > 1) {
    throw new EngineError("invalidArgument", `cannot give ${selected.length} images the one tag "${tag}"`);
  }
  const before = prepareFolder(folder);
  const documents = await writeLayoutBlobs(context, selected, options);
  const index = JSON.parse(Buffer.from(documents.get(INDEX) ?? []).toString()) as Index;
  const added = tag === undefined ? index.manifests : selected.map((each) => retagged(index, each, tag));
  const replaced = new Set(added.map(tagOf));
  const kept = before.filter((each) => !replaced.has(tagOf(each)));
  const text = goJson({ ...index, manifests: [...kept, ...added] });
  const layout = documents.get("oci-layout");
  if (layout !== undefined) writeFileAtomic(join(folder, "oci-layout"), layout, { sync: true });
  writeFileAtomic(join(folder, INDEX), text, { sync: true });
  return selected.map(({ image }) => image.id);
}

/** The entry of an image, which is called `tag` in the layout. */
function retagged(index: Index, { names: [name] }: Selected, tag: string): Entry {
  const full = name === undefined ? undefined : formatReference(name);
  const entry = index.manifests.find(({ annotations }) => full === undefined || annotations?.[NAME] === full);
  if (entry === undefined) throw new EngineError("internal", "the index of a layout lacks an image");
  return { ...entry, annotations: { ...entry.annotations, [REF_NAME]: tag } };
}

function tagOf({ annotations, digest }: Entry): string {
  return annotations?.[REF_NAME] ?? digest;
}

interface Entry {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Index {
  readonly manifests: readonly Entry[];
}

/** Makes the folders; the entries of the index that is there. Throws `invalidArgument` for what is no layout. */
function prepareFolder(folder: string): readonly Entry[] {
  try {
    mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
    for (const each of ["blobs", "blobs/sha256"]) {
      if (!lstatSync(join(folder, each)).isDirectory()) throw new Error(`${each} is no folder`);
    }
    const path = join(folder, "index.json");
    if (!existsSync(path)) return [];
    if (statSync(path).size > LARGEST_INDEX) throw new Error("its index is too long");
    const { manifests } = JSON.parse(readFileSync(path, "utf8")) as { readonly manifests?: unknown };
    return Array.isArray(manifests) ? (manifests as readonly Entry[]) : [];
  } catch (error) {
    const kind = errnoOf(error) === "ENOSPC" ? "unavailable" : "invalidArgument";
    throw new EngineError(kind, `cannot write an OCI layout to ${folder}: ${errorText(error)}`, {
      cause: error,
    });
  }
}
