import type { BuildRequest } from "../request.ts";

/** The latest time that files of a layer may have, in seconds since the epoch: `SOURCE_DATE_EPOCH`, if given. */
export function latestTime({ buildArgs }: BuildRequest): number | undefined {
  const text = buildArgs.SOURCE_DATE_EPOCH ?? "";
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
