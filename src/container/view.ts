import { statSync } from "node:fs";
import { EngineError, isEngineError, shortId } from "../base/index.ts";
import type { ContainerContext } from "./context.ts";
import { createFilter, type Filters, impliesAll } from "./filters.ts";
import { containerPaths } from "./paths.ts";
import { reconcile } from "./reconcile.ts";
import type { ContainerRecord } from "./record.ts";
import { isRunning } from "./state.ts";
import { statusText } from "./status.ts";
import { findContainer, listContainers } from "./table.ts";

/** A container with what must be computed to show it. */
export interface ContainerView {
  readonly record: ContainerRecord;
  /** The image as typed at creation, or its ID when that name now means another image. */
  readonly imageName: string;
  readonly execIds: readonly string[];
  /** Docker's `Up 5 minutes (healthy)`. */
  readonly status: string;
  readonly graph: { readonly name: string; readonly data: Readonly<Record<string, string>> };
  readonly paths: {
    readonly resolvConf: string;
    readonly hostname: string;
    readonly hosts: string;
    readonly log: string;
  };
  /** Bytes; only when asked for. */
  readonly sizeRw?: number;
  readonly sizeRootFs?: number;
}

/** Which containers to list. */
export interface ListRequest {
  readonly all?: boolean;
  /** The newest N, whatever their state. */
  readonly limit?: number;
  readonly size?: boolean;
  readonly filters?: Filters;
}

/** Containers as `ps` lists them, newest first. */
export async function viewContainers(
  context: ContainerContext,
  request: ListRequest,
): Promise<ContainerView[]> {
  const filters = request.filters ?? {};
  const holds = createFilter(context, filters);
  const all = request.all || (request.limit ?? 0) > 0 || impliesAll(filters);
  const records = await reconcile(context, listContainers(context.store));
  const wanted = records.filter((record) => (all || shownByDefault(record)) && holds(record));
  const cut = (request.limit ?? 0) > 0 ? wanted.slice(0, request.limit) : wanted;
  return await Promise.all(cut.map((record) => toView(context, record, request.size ?? false)));
}

function shownByDefault(record: ContainerRecord): boolean {
  return isRunning(record.state) || record.state.status === "restarting";
}

/** One container, as `inspect` shows it. */
export async function viewContainer(
  context: ContainerContext,
  name: string,
  options: { readonly size?: boolean } = {},
): Promise<ContainerView> {
  const found = findContainer(context.store, name);
  const [record] = await reconcile(context, [found]);
  if (record === undefined) throw new EngineError("notFound", `No such container: ${name}`);
  return await toView(context, record, options.size ?? false);
}

async function toView(
  context: ContainerContext,
  record: ContainerRecord,
  size: boolean,
): Promise<ContainerView> {
  const paths = containerPaths(context.store, record.id);
  const execs = context.store.rows<{ id: string }>(
    "SELECT id FROM execs WHERE container = ? AND json_extract(record, '$.exitCode') IS NULL",
    record.id,
  );
  const view: ContainerView = {
    record,
    imageName: imageName(context, record),
    execIds: execs.map(({ id }) => id),
    status: statusText(record),
    // Only `inspect` shows it, and it reads the whole stack of layers.
    get graph() {
      return graphOf(context, record);
    },
    paths: {
      resolvConf: paths.resolvConf,
      hostname: paths.hostname,
      hosts: paths.hosts,
      log: statSync(paths.log, { throwIfNoEntry: false }) === undefined ? "" : paths.log,
    },
  };
  if (!size) return view;
  const sizeRw = await context.layers.snapshots.usage(record.id);
  const image = context.images.get(record.imageId);
  return Object.assign(view, { sizeRw, sizeRootFs: sizeRw + (image?.size ?? 0) });
}

function graphOf({ store, layers }: ContainerContext, { id }: ContainerRecord): ContainerView["graph"] {
  const { lower, merged, upper, work } = layers.snapshots.graph(id, containerPaths(store, id).rootfs);
  return {
    name: layers.snapshots.name === "overlay" ? "overlay2" : layers.snapshots.name,
    data: { ID: id, LowerDir: lower.join(":"), MergedDir: merged, UpperDir: upper, WorkDir: work },
  };
}

/** Docker shows the ID instead of a name that has moved to another image since. */
function imageName(context: ContainerContext, record: ContainerRecord): string {
  const typed = record.config.Image;
  try {
    if (context.images.resolve(typed).id === record.imageId) return typed;
  } catch (error) {
    if (!isEngineError(error)) throw error;
  }
  return shortId(record.imageId) === typed ? typed : record.imageId;
}
