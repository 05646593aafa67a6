import { EngineError, isEngineError, nowNs, parseTime } from "../base/index.ts";
import { type Rehearsal, recordEvent } from "../store/index.ts";
import type { ContainerContext } from "./context.ts";
import { type Filters, labelMatches } from "./filters.ts";
import { containerPaths } from "./paths.ts";
import { reconcile } from "./reconcile.ts";
import type { ContainerRecord } from "./record.ts";
import { removeContainer } from "./remove.ts";
import { deleteContainer, listContainers } from "./table.ts";

/** IDs of what a prune removed, and the bytes that this freed. */
export interface Pruned {
  readonly removed: string[];
  readonly reclaimed: number;
}

const REMOVABLE = new Set(["created", "exited", "dead"]);

/** Removes all containers that do not run and match the filters `until`, `label` and `label!`. */
export async function pruneContainers(context: ContainerContext, filters: Filters): Promise<Pruned> {
  const removed: string[] = [];
  let reclaimed = 0;
  for (const { id } of await candidates(context, filters)) {
    const size = await sizeOf(context, id);
    try {
      await removeContainer(context, id);
    } catch (error) {
      if (isEngineError(error, "conflict") || isEngineError(error, "notFound")) continue;
      throw error;
    }
    removed.push(id);
    reclaimed += size;
  }
  const attributes = { reclaimed: String(reclaimed) };
  recordEvent(context.store, { type: "container", action: "prune", actor: "", attributes });
  return { removed, reclaimed };
}

/** What {@link pruneContainers} would do. */
export async function rehearseContainerPrune(
  context: ContainerContext,
  filters: Filters,
): Promise<Rehearsal<string>> {
  const { store, layers, volumes } = context;
  const ids = (await candidates(context, filters)).map(({ id }) => id);
  const sizes = await Promise.all(ids.map((id) => sizeOf(context, id)));
  return () => {
    const folders = ids.flatMap((id) => {
      const dropped = layers.rehearse.removeSnapshot(id);
      volumes.release(id, { removeAnonymous: false });
      deleteContainer(store, id);
      return [containerPaths(store, id).folder, ...dropped.map(({ lease }) => lease.path)];
    });
    return { removed: ids, reclaimed: () => sizes.reduce((sum, size) => sum + size, 0), folders };
  };
}

async function candidates(context: ContainerContext, filters: Filters): Promise<ContainerRecord[]> {
  const wanted = pruneFilter(filters);
  const all = await reconcile(context, listContainers(context.store));
  return all.filter((record) => REMOVABLE.has(record.state.status) && wanted(record));
}

async function sizeOf({ layers }: ContainerContext, id: string): Promise<number> {
  return await layers.snapshots.usage(id).catch(() => 0);
}

function pruneFilter(filters: Filters): (record: ContainerRecord) => boolean {
  for (const key of Object.keys(filters)) {
    if (!["until", "label", "label!"].includes(key)) {
      throw new EngineError("invalidArgument", `invalid filter '${key}'`);
    }
  }
  const [until, second] = filters.until ?? [];
  if (second !== undefined) throw new EngineError("invalidArgument", "more than one until filter specified");
  const limit = until === undefined ? undefined : parseUntil(until);
  return ({ created, config }) => {
    if (limit !== undefined && (parseTime(created) ?? 0n) > limit) return false;
    if (!(filters.label ?? []).every((label) => labelMatches(config.Labels, label))) return false;
    return !(filters["label!"] ?? []).some((label) => labelMatches(config.Labels, label));
  };
}

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** A point in time as `until` takes it: Unix seconds, RFC 3339, a local date, or a Go duration before now. */
export function parseUntil(text: string): bigint {
  if (/^\d+(\.\d+)?$/.test(text)) return BigInt(Math.round(Number(text) * 1e3)) * 1_000_000n;
  const time = parseTime(text);
  if (time !== undefined) return time;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join("") === text) {
    const ns = parts.reduce(
      (sum, [, amount = "0", unit = "s"]) => sum + Number(amount) * (UNIT_NS[unit] ?? 0),
      0,
    );
    return nowNs() - BigInt(Math.round(ns));
  }
  const local = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text);
  if (!Number.isNaN(local)) return BigInt(local) * 1_000_000n;
  throw new EngineError("invalidArgument", `failed to parse value as time or duration: "${text}"`);
}
