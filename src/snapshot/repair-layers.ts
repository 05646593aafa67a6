import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { deadLeases, endLease, type Store } from "../store/index.ts";
import { INIT_LAYERS } from "./init-layer.ts";
import { layerFolder } from "./layer-table.ts";
import { LAYER_LEASE } from "./stage-layer.ts";
import { removeView, VIEW_LEASE } from "./write-tar.ts";

/**
 * Removes the folders of layers that a crashed process was making or removing. Costs two queries when there
 * are none; once after each start of the machine it also looks for folders whose lease a power cut took.
 */
export async function repairLayers(store: Store): Promise<void> {
  for (const lease of deadLeases(store, LAYER_LEASE)) {
    await rm(lease.path, { recursive: true, force: true });
    endLease(store, lease);
  }
  for (const lease of deadLeases(store, VIEW_LEASE)) removeView(store, lease);
  const checked = join(store.run, "layers-checked");
  if (existsSync(checked)) return;
  await removeStrays(store);
  writeFileSync(checked, "");
}

async function removeStrays(store: Store): Promise<void> {
  const folder = layerFolder(store, "");
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  // A lease is recorded before its folder is made, so the folders are listed first.
  const layers = store.rows<{ id: string }>("SELECT id FROM layers");
  const known = new Set<string>([...INIT_LAYERS, ...layers.map(({ id }) => id)]);
  for (const { path } of store.rows<{ path: string }>(
    "SELECT path FROM leases WHERE kind = ?",
    LAYER_LEASE,
  )) {
    known.add(path.slice(path.lastIndexOf("/") + 1));
  }
  for (const name of names) {
    if (known.has(name)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
