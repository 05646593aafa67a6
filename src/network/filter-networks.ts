import {
  checkFilterKeys,
  EngineError,
  type FilterValues,
  labelsMatch,
  parseTime,
  untilFilter,
} from "../base/index.ts";
import type { NetworkRecord } from "./types.ts";

const KEYS = ["dangling", "driver", "id", "label", "name", "scope", "type"];

/** A test for the filters of `network ls`. `isUsed` says whether a container is on the network. Throws `invalidArgument`. */
export function networkFilter(
  filters: FilterValues,
  isUsed: (network: NetworkRecord) => boolean,
): (network: NetworkRecord) => boolean {
  checkFilterKeys(filters, KEYS);
  const dangling = danglingFilter(filters);
  const { driver, id, name, scope, type } = filters;
  for (const value of type ?? []) {
    if (value !== "custom" && value !== "builtin") {
      throw new EngineError("invalidArgument", `invalid filter: 'type'='${value}'`);
    }
  }
  return (network) => {
    // As in Docker, only networks of the user count as dangling.
    if (dangling !== undefined && (network.predefined || isUsed(network)) === dangling) return false;
    if (driver !== undefined && !driver.includes(network.driver)) return false;
    if (id !== undefined && !id.some((value) => network.id.includes(value))) return false;
    if (name !== undefined && !name.some((value) => toPattern(value).test(network.name))) return false;
    if (scope !== undefined && !scope.includes(network.scope)) return false;
    if (type !== undefined && !type.includes(network.predefined ? "builtin" : "custom")) return false;
    return labelsMatch(filters, network.labels);
  };
}

/** A test for the filters of `network prune`: `label`, `label!`, `until`. Throws `invalidArgument`. */
export function pruneFilter(filters: FilterValues): (network: NetworkRecord) => boolean {
  checkFilterKeys(filters, ["label", "label!", "until"]);
  const until = untilFilter(filters);
  return ({ created, labels }) =>
    (until === undefined || (parseTime(created) ?? 0n) <= until) && labelsMatch(filters, labels);
}

function danglingFilter({ dangling = [] }: FilterValues): boolean | undefined {
  const [first] = dangling;
  if (first === undefined) return undefined;
  if (dangling.length === 1 && ["1", "true"].includes(first)) return true;
  if (dangling.length === 1 && ["0", "false"].includes(first)) return false;
  throw new EngineError(
    "invalidArgument",
    `invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")`,
  );
}

function toPattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    return new RegExp(RegExp.escape(text));
  }
}
