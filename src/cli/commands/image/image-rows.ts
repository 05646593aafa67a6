import { formatHumanDuration, shortId } from "../../../base/index.ts";
import type { ImageSummary, ImageUsage } from "../../../engine/index.ts";
import { createRow, type GoValue } from "../../../template/index.ts";
import { formatHumanSize, formatLocalTime } from "../../format/index.ts";

/** Titles of the columns of `image ls`. */
export const IMAGE_HEADER = {
  ID: "IMAGE ID",
  Repository: "REPOSITORY",
  Tag: "TAG",
  Digest: "DIGEST",
  CreatedSince: "CREATED",
  CreatedAt: "CREATED AT",
  Size: "SIZE",
  VirtualSize: "SIZE",
  SharedSize: "SHARED SIZE",
  UniqueSize: "UNIQUE SIZE",
  Containers: "CONTAINERS",
};

/** How rows are made of images. */
export interface ImageRowOptions {
  /** IDs whole. */
  readonly full: boolean;
  /** A row for each digest too. */
  readonly digests: boolean;
  /** What stands for a digest without a row of its own; `<none>` if not given. */
  readonly hiddenDigest?: string;
}

const NONE = "<none>";
const UNKNOWN = "N/A";

/** An image, with what only `system df` has counted. */
type ImageToShow = ImageSummary & Partial<Pick<ImageUsage, "sharedSize" | "containers">>;

/** A row for each name of an image; one of `<none>` for an image without any. */
export function imageRows(image: ImageToShow, options: ImageRowOptions): GoValue[] {
  const tags = byRepository(image.repoTags, ":");
  const digests = byRepository(image.repoDigests, "@");
  const hidden = options.hiddenDigest ?? NONE;
  if (tags.size === 0 && digests.size === 0) return [imageRow(image, [NONE, NONE, hidden], options.full)];
  const named = [...tags].flatMap(([repository, each]) => {
    const known = options.digests ? (digests.get(repository) ?? [hidden]) : [hidden];
    return each.flatMap((tag) => known.map((digest) => [repository, tag, digest] as const));
  });
  const untagged = [...digests].flatMap(([repository, each]) => {
    if (tags.has(repository)) return [];
    return (options.digests ? each : [hidden]).map((digest) => [repository, NONE, digest] as const);
  });
  return [...named, ...untagged].map((name) => imageRow(image, name, options.full));
}

function byRepository(names: readonly string[], separator: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const at = name.lastIndexOf(separator);
    const repository = name.slice(0, at);
    found.set(repository, [...(found.get(repository) ?? []), name.slice(at + 1)]);
  }
  return found;
}

function imageRow(image: ImageToShow, name: readonly [string, string, string], full: boolean): GoValue {
  const [repository, tag, digest] = name;
  return createRow("*formatter.imageContext", {
    plain: {
      ID: full ? image.id : shortId(image.id),
      Repository: repository,
      Tag: tag,
      Digest: digest,
      CreatedSince: () => `${formatHumanDuration(Date.now() - image.created * 1000)} ago`,
      CreatedAt: () => formatLocalTime(image.created),
      Size: () => formatHumanSize(image.size, 3),
      VirtualSize: () => formatHumanSize(image.size),
      SharedSize: () => sizeOrUnknown(image.sharedSize),
      UniqueSize: () =>
        sizeOrUnknown(image.sharedSize === undefined ? undefined : image.size - image.sharedSize),
      Containers: String(image.containers ?? UNKNOWN),
    },
  });
}

function sizeOrUnknown(bytes: number | undefined): string {
  return bytes === undefined ? UNKNOWN : formatHumanSize(bytes);
}
