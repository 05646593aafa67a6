import type { CallOptions } from "../base/index.ts";
import {
  chainIds,
  type Digest,
  digestOf,
  formatReference,
  type Platform,
  platformMatches,
  type Reference,
} from "../oci/index.ts";
import type { ImageSource } from "./archive-source.ts";
import type { ImageContext } from "./context.ts";
import { DOCKER_MANIFEST, planDockerArchive } from "./docker-manifest.ts";
import { invalidArchive, noSuchName } from "./errors.ts";
import { openFolderArchive } from "./folder-archive.ts";
import type { ImageArchive } from "./image-archive.ts";
import { readImage, writeImage, writeName } from "./image-rows.ts";
import { dropHold, type LayerHold, releaseLayers } from "./layer-hold.ts";
import { LEGACY_INDEX, planLegacyArchive } from "./legacy-archive.ts";
import type { PlannedImage, PlanRequest } from "./load-plan.ts";
import { noPlatform, OCI_INDEX, planOciLayout } from "./oci-layout.ts";
import { openImageArchive } from "./open-archive.ts";
import { stackLayers } from "./stack-layers.ts";
import type { LoadedImage } from "./types.ts";

export type LoadOptions = CallOptions & {
  readonly platform?: Platform;
  /** Of the images there, only that with this tag or name, or in an OCI layout this digest. */
  readonly only?: string;
  /** Reads the archive as an OCI layout, even when it is a docker-archive too. */
  readonly layout?: boolean;
  /** In a layout with one image, that is what {@link LoadOptions.only} means, whatever it is called. */
  readonly orLone?: boolean;
  /** Gives no names: those in the archive count for nothing. */
  readonly unnamed?: boolean;
  /** For an image without a name. */
  readonly fallback?: Reference;
};

/**
 * Reads a docker-archive or OCI layout, plain or compressed, from a file or in one pass from a pipe.
 * All of its images become visible together in one transaction, or none when anything is wrong:
 * `invalidArgument` for what is no image archive, `dataLoss` for content that does not fit its digest.
 */
export async function loadImages(
  context: ImageContext,
  source: ImageSource,
  options: LoadOptions = {},
): Promise<LoadedImage[]> {
  const holds: LayerHold[] = [];
  const opening = { layers: context.layers, options };
  const archive =
    "folder" in source ? openFolderArchive(source.folder, opening) : await openImageArchive(source, opening);
  let discard = async (): Promise<void> => {};
  try {
    const request = { archive, ...options };
    const legacy = isLegacy(archive) ? await planLegacyArchive(request, context.layers) : undefined;
    if (legacy !== undefined) discard = legacy.discard;
    const plans = chosenPlans(legacy?.plans ?? (await planImages(request)), request);
    for (const plan of plans) await stackLayers(context, { archive, plan, holds, options });
    const named = options.unnamed ? plans.map((plan) => ({ ...plan, names: [] })) : plans;
    return record(context, named, holds);
  } finally {
    await discard();
    await archive.close();
    for (const hold of holds) await releaseLayers(context, hold);
  }
}

function isLegacy(archive: ImageArchive): boolean {
  const has = (name: string) => archive.find(name) !== undefined;
  return has(LEGACY_INDEX) && !has(DOCKER_MANIFEST) && !has(OCI_INDEX);
}

async function planImages(request: PlanRequest): Promise<PlannedImage[]> {
  const { archive } = request;
  const isDocker = request.layout !== true && archive.find(DOCKER_MANIFEST) !== undefined;
  if (!isDocker && archive.find(OCI_INDEX) === undefined) {
    throw invalidArchive(`invalid archive: neither ${DOCKER_MANIFEST} nor ${OCI_INDEX} found`);
  }
  return isDocker ? await planDockerArchive(request) : await planOciLayout(request);
}

function chosenPlans(
  plans: readonly PlannedImage[],
  { only, platform }: PlanRequest,
): readonly PlannedImage[] {
  if (only !== undefined && plans.length === 0) throw noSuchName(only);
  if (platform === undefined) return plans;
  const matching = plans.filter(({ config }) => platformMatches(config, platform));
  if (matching.length === 0 && plans.length > 0) throw noPlatform(platform);
  return matching;
}

function record(context: ImageContext, plans: readonly PlannedImage[], holds: LayerHold[]): LoadedImage[] {
  const { store } = context;
  const loaded = store.transaction(
    () => {
      const lines: LoadedImage[] = [];
      for (const plan of plans) {
        const { config, configBytes } = plan;
        const top = chainIds(config.rootfs.diff_ids).at(-1);
        const size = context.layers.stack(top).reduce((sum, layer) => sum + layer.size, 0);
        const image = { config, configBytes, size, top, parent: undefined, names: [] };
        const { id } = writeImage(store, image);
        if (plan.names.length === 0) lines.push({ kind: "unnamed", id });
        for (const name of plan.names) {
          lines.push({ kind: "named", name, id, replaced: writeName(store, formatReference(name), id) });
        }
      }
      for (const plan of plans) linkParent(context, plan);
      for (const hold of holds) dropHold(store, hold);
      return lines;
    },
    { durable: true },
  );
  holds.length = 0;
  return loaded;
}

/** The parent counts only when it is here and really is one: its layers are the lowest of this image. */
function linkParent({ store }: ImageContext, { parent, config, configBytes }: PlannedImage): void {
  const id = digestOf(configBytes);
  const image = parent === undefined ? undefined : readImage(store, parent);
  if (image === undefined) return;
  if (!image.config.rootfs.diff_ids.every((each, at) => each === config.rootfs.diff_ids[at])) return;
  for (let above: Digest | undefined = image.id; above !== undefined; ) {
    if (above === id) return;
    above = readImage(store, above)?.parent;
  }
  store.change("UPDATE images SET parent = coalesce(parent, ?) WHERE id = ?", image.id, id);
}
