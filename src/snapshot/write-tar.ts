import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { type CallOptions, isEngineError, newId } from "../base/index.ts";
import { mountOverlay, unmount } from "../host/index.ts";
import type { ChainId } from "../oci/index.ts";
import { endLease, type Lease, type Store, takeLease } from "../store/index.ts";
import { layerChanged, layerMissing } from "./errors.ts";
import { startLayerJob } from "./job-process.ts";
import { findLayer, layerFolder } from "./layer-table.ts";
import type { PackJob, PackReport } from "./pack-job.ts";
import { lowerFolders } from "./snapshot-table.ts";
import type { Snapshotter } from "./types.ts";

/** Kind of the leases on mounts that only serve to be read. */
export const VIEW_LEASE = "layer-view";

/** Where a tar goes and how. */
export interface TarOutput {
  readonly fd: number;
  readonly command: readonly string[];
  readonly call: CallOptions | undefined;
}

/** Writes the layer's exact tar; throws `dataLoss` at its end when it is not what its diffID says. */
export async function writeLayerTar(store: Store, chainId: ChainId, output: TarOutput): Promise<void> {
  const layer = findLayer(store, chainId);
  if (layer === undefined) throw layerMissing(chainId);
  const { folder, form } = packForm(store, layer.id);
  try {
    const report = await startLayerJob<PackReport>(
      { job: "pack", form, folder },
      { command: output.command, stdout: output.fd, signal: output.call?.signal },
    );
    if (report.diffId !== layer.diffId) throw layerChanged(chainId, "its files do not give its tar");
  } catch (error) {
    // Whatever in the folder does not fit the record of its headers is damage, not a bad request.
    if (isEngineError(error, "invalidArgument")) throw layerChanged(chainId, error.message);
    throw error;
  }
}

/** Where a layer's files are, and how its tar comes from them. */
export function packForm(
  store: Store,
  id: string,
): { readonly folder: string; readonly form: "split" | "layer" } {
  const folder = layerFolder(store, id);
  return { folder, form: existsSync(join(folder, "split")) ? "split" : "layer" };
}

/** Writes everything that a snapshot or a stack shows as one flat tar. */
export async function writeFlatTar(
  store: Store,
  from: { readonly key: string; readonly snapshots: Snapshotter } | { readonly chainId: ChainId },
  output: TarOutput,
): Promise<void> {
  const target = join(store.run, `view-${newId().slice(0, 12)}`);
  const lease = takeLease(store, VIEW_LEASE, target);
  try {
    mkdirSync(target, { mode: 0o700 });
    if ("key" in from) await from.snapshots.mount(from.key, target, { readOnly: true });
    else mountOverlay(target, { lower: lowerFolders(store, from.chainId) });
    try {
      await startLayerJob<PackReport>(
        { job: "pack", form: "plain", folder: target },
        { command: output.command, stdout: output.fd, signal: output.call?.signal },
      );
    } finally {
      unmount(target, { detach: true });
    }
  } finally {
    removeView(store, lease);
  }
}

/** Writes everything that is in a folder, which may be in use, and the folder itself; see {@link PackJob} for `holes`. */
export async function writeFolderTar(
  folder: string,
  { fd, command, call, holes = false }: TarOutput & Pick<PackJob, "holes">,
): Promise<void> {
  await startLayerJob<PackReport>(
    { job: "pack", form: "folder", folder, holes },
    { command, stdout: fd, signal: call?.signal },
  );
}

/** Takes away a mount that {@link writeFlatTar} reads, or left behind. */
export function removeView(store: Store, lease: Lease): void {
  if (existsSync(lease.path)) {
    unmount(lease.path, { detach: true });
    rmdirSync(lease.path);
  }
  endLease(store, lease);
}
