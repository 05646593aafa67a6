import {
  booleanFilter,
  checkFilterKeys,
  type FilterValues,
  labelsMatch,
  type Nanoseconds,
  parseTime,
  parseTimestamp,
  toPathPattern,
} from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { allNames, familiarOf, isDigestName, repositoryOf } from "./image-names.ts";

import { resolveImage } from "./resolve-image.ts";
import type { ImageSummary } from "./types.ts";

const KEYS = ["dangling", "label", "before", "since", "reference", "until"];

/** What {@link listImages} shows. */
export interface ListRequest {
  /** Also untagged images that others were made from. */
  readonly all?: boolean;
  readonly filters?: FilterValues;
  /** One more pattern for familiar names; both must match. */
  readonly reference?: string;
}

interface ListRow {
  readonly id: Digest;
  readonly parent: Digest | null;
  readonly created: number;
  readonly size: number;
  readonly labels: string;
}

/** Images with their names, newest first, filtered as `docker image ls` does. Throws `invalidArgument` for a bad filter. */
export function listImages(store: Store, request: ListRequest = {}): ImageSummary[] {
  const filters = request.filters ?? {};
  checkFilterKeys(filters, KEYS);
  const dangling = booleanFilter(filters, "dangling");
  const patterns = toPatterns([
    ...(filters.reference ?? []),
    ...(request.reference ? [request.reference] : []),
  ]);
  const inTime = toTimeFilter(store, filters);
  const names = allNames(store);
  const rows = store.rows<ListRow>(
    "SELECT id, parent, created, size, labels FROM images ORDER BY created DESC, rowid DESC",
  );
  const parents = new Set(rows.map(({ parent }) => parent));
  const found: ImageSummary[] = [];
  for (const row of rows) {
    const shown = (names.get(row.id) ?? []).filter((name) => matchesAny(name, patterns));
    const repoTags = shown.filter((name) => !isDigestName(name)).map(familiarOf);
    const repoDigests = shown.filter(isDigestName).map(familiarOf);
    const named = shown.length > 0;
    if (!named && (patterns.length > 0 || dangling === false)) continue;
    if (!named && !request.all && parents.has(row.id)) continue;
    if (dangling === true && (repoTags.length > 0 || parents.has(row.id))) continue;
    if (!inTime(row)) continue;
    const labels = row.labels === "{}" ? {} : (JSON.parse(row.labels) as Record<string, string>);
    if (!labelsMatch(filters, labels)) continue;
    const { id, parent, created, size } = row;
    found.push({ id, parent: parent ?? undefined, repoTags, repoDigests, created, size, labels });
  }
  return found;
}

function toPatterns(texts: readonly string[]): RegExp[] {
  return texts.map(toPathPattern);
}

function matchesAny(name: string, patterns: readonly RegExp[]): boolean {
  if (patterns.length === 0) return true;
  const familiar = familiarOf(name);
  const repository = familiarOf(repositoryOf(name));
  return patterns.some((pattern) => pattern.test(familiar) || pattern.test(repository));
}

/** `before` and `until` give the earliest, `since` the latest of their moments; both are exclusive. */
function toTimeFilter(store: Store, filters: FilterValues): (row: ListRow) => boolean {
  const { before = [], since = [], until = [] } = filters;
  if (before.length + since.length + until.length === 0) return () => true;
  const times = exactTimes(store);
  const timeOf = (name: string) => times.get(resolveImage(store, name).id) ?? 0n;
  const latest = [...before.map(timeOf), ...until.map(parseTimestamp)].reduce(least, undefined);
  const earliest = since.map(timeOf).reduce(most, undefined);
  return ({ id }) => {
    const time = times.get(id) ?? 0n;
    return (latest === undefined || time < latest) && (earliest === undefined || time > earliest);
  };
}

/** The table keeps whole seconds, too coarse to order images of one script. */
function exactTimes(store: Store): Map<Digest, Nanoseconds> {
  const rows = store.rows<{ id: Digest; created: string | null }>(
    "SELECT id, json_extract(CAST(config AS TEXT), '$.created') AS created FROM images",
  );
  return new Map(rows.map(({ id, created }) => [id, parseTime(created ?? "") ?? 0n]));
}

function least(a: Nanoseconds | undefined, b: Nanoseconds): Nanoseconds {
  return a === undefined || b < a ? b : a;
}

function most(a: Nanoseconds | undefined, b: Nanoseconds): Nanoseconds {
  return a === undefined || b > a ? b : a;
}
