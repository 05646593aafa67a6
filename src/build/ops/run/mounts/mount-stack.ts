import { mountOverlay } from "../../../../host/index.ts";
import type { ChainId } from "../../../../oci/index.ts";
import type { Step } from "../step.ts";
import { makePlace } from "./expose.ts";
import type { Release } from "./step-mount.ts";

/** A root file system that is mounted for a step. */
export interface MountedRoot {
  readonly root: string;
  readonly release: Release;
}

/** Mounts the root file system of a stack; what is written to a writable one is thrown away. */
export async function mountStack(
  step: Step,
  name: string,
  { top, writable }: { readonly top: ChainId | undefined; readonly writable: boolean },
): Promise<MountedRoot> {
  const { context } = step;
  const { snapshots } = context.layers;
  const key = `${step.id}-${name}`;
  const root = makePlace(step, name);
  await snapshots.prepare(key, top, context.workFolder());
  const release = async (): Promise<void> => {
    await snapshots.unmount(root);
    await snapshots.remove(key);
  };
  try {
    if (snapshots.name === "copy") await snapshots.mount(key, root, { readOnly: !writable });
    else mountLayers(step, { key, root, writable });
  } catch (error) {
    await release();
    throw error;
  }
  return { root, release };
}

/** Without the engine's own lowest layer, which is for what is run and not for what is looked at. */
function mountLayers(
  { context }: Step,
  { key, root, writable }: { readonly key: string; readonly root: string; readonly writable: boolean },
): void {
  const { lower, upper, work } = context.layers.snapshots.graph(key, root);
  const layers = lower.slice(0, -1);
  const below = layers.length > 0 ? layers : [context.workFolder()];
  mountOverlay(root, writable ? { lower: below, upper, work, options: ["volatile"] } : { lower: below });
}
