import { EngineError } from "../../../base/index.ts";
import { type ChainId, chainIds, type DiffId, type Digest, isDigest } from "../../../oci/index.ts";
import type { KeyParts } from "../../ops/op.ts";
import type { CacheKey } from "../key.ts";

/** Media type of the config of an exported cache. */
export const CACHE_CONFIG_TYPE = "application/vnd.strake.buildcache.config.v1+json";

/** A layer of an exported cache, compressed. */
export interface CacheLayer {
  readonly diffId: DiffId;
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** One step of an exported cache. */
export interface CacheStep {
  readonly key: CacheKey;
  readonly quickKey: CacheKey | undefined;
  readonly parts: KeyParts;
  readonly description: string;
  /** Unix milliseconds. */
  readonly created: number;
  /** The layers of the stack that it gave, bottom first. */
  readonly layers: readonly DiffId[];
}

/** What an exported cache says: steps, and where their layers are. */
export interface CacheDocument {
  readonly steps: readonly CacheStep[];
  readonly layers: readonly CacheLayer[];
}

const VERSION = 1;
const MOST_STEPS = 100_000;
const MOST_LAYERS = 1000;
const HEX = /^[0-9a-f]{64}$/;

/** The bytes of an exported cache's config. Equal documents give equal bytes. */
export function formatCacheDocument({ steps, layers }: CacheDocument): Uint8Array {
  return Buffer.from(JSON.stringify({ version: VERSION, steps, layers }));
}

/** The stack of a step. */
export function chainOf({ layers }: CacheStep): ChainId | undefined {
  return chainIds(layers).at(-1);
}

/** Reads an exported cache; everything in it is checked. Throws `invalidArgument`. */
export function parseCacheDocument(bytes: Uint8Array): CacheDocument {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw invalid("it is no JSON");
  }
  if (!isRecord(value) || value.version !== VERSION) throw invalid("its version is not known");
  const layers = toList(value.layers, "layers", MOST_LAYERS).map(toLayer);
  const known = new Set<string>(layers.map(({ diffId }) => diffId));
  const steps = toList(value.steps, "steps", MOST_STEPS).map(toStep);
  for (const step of steps) {
    if (step.layers.some((diffId) => !known.has(diffId))) throw invalid(`layers of ${step.key} are missing`);
  }
  return { steps, layers };
}

function toLayer(value: unknown): CacheLayer {
  if (!isRecord(value)) throw invalid("a layer is no object");
  const { diffId, mediaType, digest, size } = value;
  if (!isDigestValue(diffId) || !isDigestValue(digest)) throw invalid("a layer has no digest");
  if (typeof mediaType !== "string" || !isCount(size)) throw invalid(`layer ${digest} is not described`);
  return { diffId: diffId as string as DiffId, mediaType, digest, size };
}

function toStep(value: unknown): CacheStep {
  if (!isRecord(value)) throw invalid("a step is no object");
  const { key, quickKey, parts, description, created, layers } = value;
  if (!isKey(key) || (quickKey !== undefined && !isKey(quickKey))) throw invalid("a step has no key");
  if (!isRecord(parts) || typeof description !== "string" || !isCount(created)) {
    throw invalid(`step ${key} is not described`);
  }
  const stack = toList(layers, "layers of a step", MOST_LAYERS);
  if (stack.length === 0 || !stack.every(isDigestValue)) throw invalid(`step ${key} has no layers`);
  const diffIds = stack as readonly string[] as readonly DiffId[];
  return { key, quickKey, parts: parts as KeyParts, description, created, layers: diffIds };
}

/** True for the text of a digest. */
export function isDigestValue(value: unknown): value is Digest {
  return typeof value === "string" && isDigest(value);
}

function isKey(value: unknown): value is CacheKey {
  return typeof value === "string" && HEX.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toList(value: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${what} are no list`);
  if (value.length > most) throw invalid(`too many ${what}`);
  return value;
}

function invalid(reason: string): EngineError {
  return new EngineError("invalidArgument", `invalid build cache: ${reason}`);
}
