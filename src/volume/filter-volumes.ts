import { booleanFilter, checkFilterKeys, type FilterValues, labelsMatch } from "../base/index.ts";
import type { Volume } from "./types.ts";

/**
 * The volumes that the filters of `volume ls` leave: `dangling`, `driver`, `label`, `name` (a pattern or a part).
 * `used` holds the names that containers use. Throws `invalidArgument`.
 */
export function filterVolumes(
  volumes: readonly Volume[],
  filters: FilterValues,
  used: () => ReadonlySet<string>,
): Volume[] {
  checkFilterKeys(filters, ["dangling", "driver", "label", "name"]);
  const dangling = booleanFilter(filters, "dangling");
  const inUse = dangling === undefined ? new Set<string>() : used();
  const names = (filters.name ?? []).map(toPattern);
  return volumes.filter(({ name, labels }) => {
    if (dangling !== undefined && inUse.has(name) === dangling) return false;
    if (filters.driver !== undefined && !filters.driver.includes("local")) return false;
    if (names.length > 0 && !names.some((pattern) => pattern.test(name))) return false;
    return labelsMatch(filters, labels);
  });
}

/**
 * The volumes that the filters of `volume prune` name: `label`, `label!`, and anonymous ones only unless `all`.
 * Throws `invalidArgument`.
 */
export function pruneCandidates(volumes: readonly Volume[], filters: FilterValues): Volume[] {
  checkFilterKeys(filters, ["all", "label", "label!"]);
  const all = booleanFilter(filters, "all") ?? false;
  return volumes.filter(({ anonymous, labels }) => (all || anonymous) && labelsMatch(filters, labels));
}

function toPattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    return new RegExp(RegExp.escape(text));
  }
}
