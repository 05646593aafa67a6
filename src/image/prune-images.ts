import {
  booleanFilter,
  checkFilterKeys,
  type FilterValues,
  isEngineError,
  labelsMatch,
  untilFilter,
} from "../base/index.ts";
import type { Digest } from "../oci/index.ts";
import type { Rehearsed } from "../store/index.ts";
import type { ImageContext } from "./context.ts";
import { allNames, familiarOf, isDigestName } from "./image-names.ts";
import { rehearseRemoval, removeImage, type UsedBy } from "./remove-image.ts";
import type { RemovedImage } from "./types.ts";

/** What a prune removed. */
export interface Pruned {
  readonly removed: RemovedImage[];
  /** Bytes of the layers that are gone. */
  readonly reclaimed: number;
}

interface Candidate {
  readonly id: Digest;
  readonly names: readonly string[];
}

/**
 * Removes images that no container uses: dangling ones, or all with `dangling=false`, narrowed by `until`,
 * `label` and `label!`. Throws `invalidArgument` for a bad filter.
 */
export async function pruneImages(
  context: ImageContext,
  filters: FilterValues,
  usedBy: UsedBy,
): Promise<Pruned> {
  const removed: RemovedImage[] = [];
  let reclaimed = 0;
  for (const name of candidates(context, filters)) {
    try {
      const removal = await removeImage(context, name, { usedBy });
      removed.push(...removal.records);
      reclaimed += removal.reclaimed;
    } catch (error) {
      ignoreKept(error);
    }
  }
  return { removed, reclaimed };
}

/** What {@link pruneImages} would do. */
export function rehearseImagePrune(
  context: ImageContext,
  filters: FilterValues,
  usedBy: UsedBy,
): Rehearsed<RemovedImage> {
  const removed: RemovedImage[] = [];
  const folders: string[] = [];
  let reclaimed = 0;
  for (const name of candidates(context, filters)) {
    try {
      const removal = rehearseRemoval(context, name, { usedBy });
      removed.push(...removal.records);
      folders.push(...removal.folders);
      reclaimed += removal.reclaimed;
    } catch (error) {
      ignoreKept(error);
    }
  }
  return { removed, reclaimed: () => reclaimed, folders };
}

/** Used by a container, or removed by someone else in between. */
function ignoreKept(error: unknown): void {
  if (!isEngineError(error, "conflict") && !isEngineError(error, "notFound")) throw error;
}

/** Names to remove, one after the other; the ID of an image that has none. */
function candidates(context: ImageContext, filters: FilterValues): string[] {
  return unusedImages(context, filters).flatMap(({ id, names }) =>
    names.length > 0 ? names.map(familiarOf) : [id],
  );
}

function unusedImages({ store }: ImageContext, filters: FilterValues): Candidate[] {
  checkFilterKeys(filters, ["dangling", "label", "label!", "until"]);
  const danglingOnly = booleanFilter(filters, "dangling") ?? true;
  const until = untilFilter(filters);
  const limit = until === undefined ? undefined : until / 1_000_000_000n;
  const names = allNames(store);
  const rows = store.rows<{ id: Digest; parent: Digest | null; created: number; labels: string }>(
    "SELECT id, parent, created, labels FROM images ORDER BY created DESC, rowid DESC",
  );
  const parents = new Set(rows.map(({ parent }) => parent));
  return rows
    .filter(({ created }) => limit === undefined || BigInt(created) <= limit)
    .filter(({ labels }) => labelsMatch(filters, JSON.parse(labels) as Record<string, string>))
    .map(({ id }) => ({ id, names: names.get(id) ?? [] }))
    .filter((each) => {
      if (parents.has(each.id) && (danglingOnly || each.names.length === 0)) return false;
      return !danglingOnly || each.names.every(isDigestName);
    });
}
