import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../../base/index.ts";
import { type ChainId, childChainId, EMPTY_DIFF_ID } from "../../oci/index.ts";
import { sourceDateEpoch } from "../epoch.ts";
import type { StackResult } from "../result.ts";
import type { OpContext } from "./op.ts";

/** A writable file system for one step. */
export interface StepSnapshot {
  readonly key: string;
  /** An existing folder, where the section may mount the snapshot with `layers.snapshots.mount`. */
  readonly target: string;
  /** The folder that becomes the layer; write into it only while nothing is mounted. */
  readonly upper: string;
}

/**
 * Lets `section` change a snapshot on `parent`, and makes a layer of what it changed. Whatever happens, nothing of
 * the snapshot stays, mounted or not; a crash leaves it to the repair of the build's work folders.
 */
export async function withStepSnapshot(
  context: OpContext,
  parent: ChainId | undefined,
  section: (snapshot: StepSnapshot) => Promise<void>,
): Promise<StackResult> {
  const { layers } = context;
  const folder = context.workFolder();
  const target = join(folder, "rootfs");
  mkdirSync(target);
  const key = `build-${newId().slice(0, 24)}`;
  await layers.snapshots.prepare(key, parent, folder);
  try {
    await section({ key, target, upper: layers.snapshots.graph(key, target).upper });
    await layers.snapshots.unmount(target);
    const latestTime = sourceDateEpoch(context.request);
    const layer = await layers.commit(
      {
        key,
        take: true,
        onLayer: (chainId) => context.hold(chainId),
        ...(latestTime === undefined ? {} : { latestTime }),
      },
      { signal: context.signal },
    );
    return { kind: "stack", top: layer.chainId };
  } finally {
    await layers.snapshots.unmount(target);
    await layers.snapshots.remove(key);
  }
}

/** True when a step left its parent as it was. */
export function isUnchanged(parent: ChainId | undefined, top: ChainId | undefined): boolean {
  return top === parent || top === childChainId(parent, EMPTY_DIFF_ID);
}
