import { type DiffId, parseReference, type Reference } from "../oci/index.ts";
import type { Layers, StagedLayer } from "../snapshot/index.ts";
import { invalidArchive } from "./errors.ts";
import type { ArchiveBlob } from "./image-archive.ts";
import {
  checkCount,
  isAskedFor,
  needBlob,
  type PlannedImage,
  type PlanRequest,
  readJson,
  toPlan,
} from "./load-plan.ts";
import { parseImageConfig } from "./parse-config.ts";

export const LEGACY_INDEX = "repositories";

type Json = Readonly<Record<string, unknown>>;

/** One layer of such an archive, unpacked already: only its bytes tell its diffID. */
interface LegacyLayer {
  readonly v1: Json;
  readonly diffId: DiffId;
  readonly name: string;
  readonly blob: ArchiveBlob;
}

/** Plans with layers that are unpacked already; those that are not used are to be discarded. */
export interface LegacyPlans {
  readonly plans: readonly PlannedImage[];
  discard(): Promise<void>;
}

/** What a layer's own config says that is not the image's. */
const OF_LAYER = new Set(["id", "parent", "Size", "parent_id", "layer_id", "throwaway"]);
const ID = /^[0-9a-f]{64}$/;
const MOST_LAYERS = 500;

/**
 * Reads an archive from before Docker 1.10, which has no manifest: `repositories` names the top layers, and each
 * layer has a config that names the one below. The image config is put together as Docker does it for archives from
 * Docker 1.8.3 on. Throws `invalidArgument` for a damaged archive.
 */
export async function planLegacyArchive(
  { archive, only }: PlanRequest,
  layers: Layers,
): Promise<LegacyPlans> {
  const waiting = new Map<string, StagedLayer>();
  const discard = async (): Promise<void> => {
    for (const staged of waiting.values()) await layers.discard(staged);
    waiting.clear();
  };
  const read = new Map<string, Promise<LegacyLayer>>();
  const readLayer = async (id: string): Promise<LegacyLayer> => {
    const v1 = toObject(await readJson(archive, `${id}/json`), `${id}/json`);
    const name = `${id}/layer.tar`;
    const blob = needBlob(archive, name);
    const staged = await blob.stage();
    if (staged === undefined) throw invalidArchive(`invalid archive: "${name}" is another layer's file`);
    waiting.set(id, staged);
    const stage = async (): Promise<StagedLayer | undefined> => {
      const first = waiting.get(id);
      waiting.delete(id);
      return first;
    };
    return { v1, diffId: staged.diffId, name, blob: { ...blob, stage } };
  };
  const layerOf = (id: string): Promise<LegacyLayer> => {
    if (!ID.test(id)) throw invalidArchive(`invalid archive: invalid layer ID "${id}"`);
    const known = read.get(id) ?? readLayer(id);
    read.set(id, known);
    return known;
  };
  try {
    const plans: PlannedImage[] = [];
    for (const [id, names] of topLayers(await readJson(archive, LEGACY_INDEX))) {
      const wanted = names.filter((name) => isAskedFor(only, { name }));
      if (wanted.length > 0) plans.push(toImage(await readChain(id, layerOf), wanted));
    }
    return { plans, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Names by the ID of the top layer. */
function topLayers(raw: unknown): Map<string, Reference[]> {
  const tops = new Map<string, Reference[]>();
  for (const [repository, tags] of Object.entries(toObject(raw, LEGACY_INDEX))) {
    for (const [tag, id] of Object.entries(toObject(tags, LEGACY_INDEX))) {
      if (typeof id !== "string")
        throw invalidArchive(`invalid archive: "${LEGACY_INDEX}": a layer is no text`);
      tops.set(id, [...(tops.get(id) ?? []), parseReference(`${repository}:${tag}`)]);
    }
  }
  checkCount("images", tops.size);
  return tops;
}

/** The layers from the bottom to `top`. */
async function readChain(top: string, layerOf: (id: string) => Promise<LegacyLayer>): Promise<LegacyLayer[]> {
  const chain: LegacyLayer[] = [];
  for (let id: unknown = top; typeof id === "string" && id !== ""; id = chain[0]?.v1.parent) {
    if (chain.length === MOST_LAYERS) throw invalidArchive("invalid archive: max depth exceeded");
    chain.unshift(await layerOf(id));
  }
  return chain;
}

function toImage(chain: readonly LegacyLayer[], names: readonly Reference[]): PlannedImage {
  const top = chain.at(-1)?.v1 ?? {};
  const document = {
    ...Object.fromEntries(Object.entries(top).filter(([key]) => !OF_LAYER.has(key))),
    history: chain.map(({ v1 }) => toHistory(v1)),
    rootfs: { type: "layers", diff_ids: chain.map(({ diffId }) => diffId) },
  };
  const sorted = Object.fromEntries(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1)));
  const bytes = Buffer.from(JSON.stringify(sorted).replace(/[<>&\u2028\u2029]/g, escapeUnicode));
  const layers = chain.map(({ name, blob }) => ({ name, blob, digest: undefined }));
  return toPlan({ config: parseImageConfig(bytes), bytes }, layers, { names, parent: undefined });
}

/** A line of history in Go's order of keys. */
function toHistory(v1: Json): Json {
  const { created, author, comment } = v1;
  const command = toObject(v1.container_config ?? {}, "container_config").Cmd;
  const createdBy = Array.isArray(command) ? command.join(" ") : "";
  const facts = { created, author, created_by: createdBy, comment };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ""));
}

function escapeUnicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function toObject(raw: unknown, name: string): Json {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return raw as Json;
  throw invalidArchive(`invalid archive: "${name}" is no object`);
}
