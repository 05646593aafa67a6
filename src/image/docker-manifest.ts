import { isDigest, parseReference, type Reference } from "../oci/index.ts";
import { invalidArchive } from "./errors.ts";
import {
  checkCount,
  digestOfName,
  isAskedFor,
  needBlob,
  type PlannedImage,
  type PlanRequest,
  readJson,
  readVerified,
  toPlan,
} from "./load-plan.ts";
import { parseImageConfig } from "./parse-config.ts";

export const DOCKER_MANIFEST = "manifest.json";

interface Item {
  readonly config: string;
  readonly layers: readonly string[];
  readonly tags: readonly string[];
  readonly parent: string | undefined;
}

/** Reads the `manifest.json` of a docker-archive, of old Docker versions or new ones. */
export async function planDockerArchive({ archive, only }: PlanRequest): Promise<PlannedImage[]> {
  const raw = await readJson(archive, DOCKER_MANIFEST);
  if (!Array.isArray(raw)) throw invalidArchive(`invalid archive: "${DOCKER_MANIFEST}" is no list of images`);
  checkCount("images", raw.length);
  const items = raw.map(toItem);
  checkCount(
    "names",
    items.reduce((sum, { tags }) => sum + tags.length, 0),
  );
  const plans: PlannedImage[] = [];
  for (const item of items) {
    const names = item.tags.map(toName).filter((name) => isAskedFor(only, { name }));
    if (only !== undefined && names.length === 0) continue;
    const bytes = await readVerified(archive, item.config, digestOfName(item.config));
    const config = parseImageConfig(bytes);
    const layers = item.layers.map((name) => ({
      name,
      blob: needBlob(archive, name),
      digest: digestOfName(name),
    }));
    const parent = item.parent !== undefined && isDigest(item.parent) ? item.parent : undefined;
    plans.push(toPlan({ config, bytes }, layers, { names, parent }));
  }
  return plans;
}

function toItem(raw: unknown): Item {
  if (typeof raw !== "object" || raw === null) throw malformed("an image is no object");
  const { Config, Layers, RepoTags, Parent } = raw as Readonly<Record<string, unknown>>;
  if (typeof Config !== "string" || Config === "") throw malformed('"Config" is missing');
  return {
    config: Config,
    layers: toTexts(Layers, "Layers"),
    tags: toTexts(RepoTags, "RepoTags"),
    parent: typeof Parent === "string" ? Parent : undefined,
  };
}

function toTexts(raw: unknown, key: string): string[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw) || raw.some((each) => typeof each !== "string")) {
    throw malformed(`"${key}" is no list of strings`);
  }
  return raw as string[];
}

function toName(tag: string): Reference {
  const reference = parseReference(tag);
  if (reference.tag === undefined || reference.digest !== undefined) {
    throw invalidArchive(`invalid tag "${tag}"`);
  }
  // An image of this name could pass for the one with this ID.
  if (reference.domain === "docker.io" && reference.path === "library/sha256") {
    throw invalidArchive("refusing to create an ambiguous tag using digest algorithm as name");
  }
  return reference;
}

function malformed(detail: string): Error {
  return invalidArchive(`invalid archive: "${DOCKER_MANIFEST}": ${detail}`);
}
