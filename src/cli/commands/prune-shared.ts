import { readConfigFile } from "../config-file.ts";
import type { Io } from "../io/io.ts";
import { type FilterValues, parseFilter } from "../values/filter.ts";

/** Asks on stdout; only `y` or `Y` means yes, the end of input means no. */
export async function confirm(question: string, io: Io): Promise<boolean> {
  io.out(`${question}\nAre you sure you want to continue? [y/N] `);
  const answer = await io.readLine();
  return answer?.trim().toLowerCase() === "y";
}

/** The filters given, and those of `pruneFilters` in the config file that the given ones do not contradict. */
export function withConfiguredFilters(given: FilterValues, io: Io): FilterValues {
  let filters = given;
  for (const configured of readConfigFile(io).pruneFilters ?? []) {
    const [key = ""] = configured.split("=", 1);
    const value = configured.slice(key.length + 1);
    const opposite = key === "label" ? "label!" : key === "label!" ? "label" : undefined;
    if (opposite !== undefined && filters[opposite]?.includes(value)) continue;
    filters = parseFilter(filters, configured);
  }
  return filters;
}
