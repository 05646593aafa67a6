import { basename, resolve } from "node:path";
import { isEngineError } from "../../../base/index.ts";
import type { CallOptions, LoadedImage, PullOptions } from "../../../engine/index.ts";
import { familiarReference, type Platform, parseReference, type Reference } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import type { Io } from "../../io/io.ts";
import type { ImagePlace } from "../../values/image-place.ts";
import { checkArchive } from "../archive-input.ts";
import { writeArchiveTo } from "../archive-output.ts";

type Options = CallOptions & { readonly platform?: Platform };

/** Takes images from a place that is no registry. */
export async function loadFrom(
  io: Io,
  place: ImagePlace,
  options: Options & Pick<PullOptions, "allTags">,
): Promise<LoadedImage[]> {
  const { images } = await io.engine();
  const path = resolve(io.cwd, place.path);
  if (place.kind !== "oci") checkArchive(path);
  const source = place.kind === "oci" ? { folder: path } : { path };
  const { allTags: _, ...call } = options;
  const only = place.name;
  const fallback = fallbackName(place);
  return await images
    .load(source, {
      ...call,
      ...(only === undefined ? {} : { only }),
      ...(fallback === undefined ? {} : { fallback }),
    })
    .catch(withoutPrefix);
}

/** Puts images into a place that is no registry. */
export async function saveTo(
  io: Io,
  place: ImagePlace,
  { names, options }: { readonly names: readonly string[]; readonly options: Options },
): Promise<void> {
  const { images } = await io.engine();
  const path = resolve(io.cwd, place.path);
  if (place.kind === "oci") {
    await images.saveLayout(names, path, {
      ...options,
      ...(place.name === undefined ? {} : { tag: place.name }),
    });
    return;
  }
  if (place.name !== undefined) {
    throw new CliError(`cannot give an image another name in ${place.kind}:${place.path}`, {
      hint: "tag the image first, then save it under that name",
    });
  }
  await writeArchiveTo({ path, action: "save image" }, io, (fd) => images.save(names, fd, options));
}

/** `/images/app:v1` is the image `app:v1` when it has no name of its own. */
function fallbackName({ kind, path, name }: ImagePlace): Reference | undefined {
  if (kind === "docker-archive") return undefined;
  const base = basename(resolve(path))
    .replace(/\.tar$/, "")
    .toLowerCase();
  try {
    return parseReference(`${base}:${name ?? "latest"}`);
  } catch {
    return undefined;
  }
}

/** Docker's answer comes as a stream, whose errors are shown bare. */
export function withoutPrefix(error: unknown): never {
  if (!isEngineError(error) || error.kind === "cancelled") throw error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  throw new CliError(error.message, { ...hint, cause: error });
}

export function formatLoaded(image: LoadedImage): string {
  if (image.kind === "unnamed") return `Loaded image ID: ${image.id}\n`;
  const name = familiarReference(image.name);
  const renamed =
    image.replaced === undefined
      ? ""
      : `The image ${name} already exists, renaming the old one with ID ${image.replaced} to empty string\n`;
  return `${renamed}Loaded image: ${name}\n`;
}
