import { type CallOptions, EngineError, nowText } from "../base/index.ts";
import { changeConfig, type Image, imageEvent } from "../image/index.ts";
import {
  type Digest,
  EMPTY_DIFF_ID,
  type ExecutionConfig,
  familiarReference,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../oci/index.ts";
import type { LayerHold, LayerRecord } from "../snapshot/index.ts";
import type { ContainerConfig } from "../spec/index.ts";
import { endLease, takeLease } from "../store/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { FROZEN_LEASE, pauseContainer, thawContainer } from "./pause.ts";
import type { ContainerRecord } from "./record.ts";
import { findById, findContainer } from "./table.ts";

/** What `commit` is to make. */
export interface CommitRequest {
  /** `repository[:tag]`; without it the image is dangling. */
  readonly reference?: string;
  readonly author?: string;
  readonly comment?: string;
  /** Freeze a running container meanwhile. */
  readonly pause: boolean;
  /** Dockerfile instructions. */
  readonly changes: readonly string[];
}

/** Makes an image of a container's config and file system; returns the image ID. */
export async function commitContainer(
  context: ContainerContext,
  name: string,
  request: CommitRequest & CallOptions,
): Promise<Digest> {
  const record = findContainer(context.store, name);
  if (record.state.status === "removing" || record.state.status === "dead") {
    throw new EngineError(
      "conflict",
      `You cannot commit container ${record.id} which is ${record.state.status === "dead" ? "Dead" : "being removed"}`,
    );
  }
  const names = request.reference === undefined ? [] : [checkReference(request.reference)];
  const config = await changeConfig(toImageConfig(record.config), request.changes);
  const base = context.images.get(record.imageId);
  if (base === undefined)
    throw new EngineError("dataLoss", `image ${record.imageId} of container ${record.id} is gone`);
  // Others may remove the container and the image meanwhile.
  const holds = new Set(base.top === undefined ? [] : [context.layers.hold(base.top)]);
  try {
    const below = [...holds];
    const layer = await frozen(context, record, request.pause, () =>
      context.layers.commit(
        { key: record.id, onLayer: (chainId) => holds.add(context.layers.hold(chainId)) },
        request,
      ),
    );
    const changed = layer.diffId !== EMPTY_DIFF_ID;
    const needed = changed ? [...holds] : below;
    const id = makeImage(context, {
      record,
      request,
      names,
      config,
      base,
      layer: changed ? layer : undefined,
      holds: needed,
    });
    for (const hold of needed) holds.delete(hold);
    return id;
  } finally {
    for (const hold of holds) await context.layers.release(hold);
  }
}

interface NewImage {
  readonly record: ContainerRecord;
  readonly request: CommitRequest;
  readonly names: readonly Reference[];
  readonly config: ExecutionConfig;
  readonly base: Image;
  /** Undefined when nothing was changed. */
  readonly layer: LayerRecord | undefined;
  /** Ended when the image has come to need what they hold. */
  readonly holds: readonly LayerHold[];
}

function makeImage(context: ContainerContext, made: NewImage): Digest {
  const { record, request, names, config, base, layer, holds } = made;
  const created = nowText();
  const line = {
    created,
    created_by: (record.config.Cmd ?? []).join(" "),
    ...(request.author ? { author: request.author } : {}),
    ...(request.comment ? { comment: request.comment } : {}),
  };
  const draft = context.images.draft(base);
  const image = (layer === undefined ? draft.withHistory(line) : draft.withLayer(layer, line))
    .withConfig(config)
    .withCreated(created)
    .withAuthor(request.author ?? "")
    .commit({
      parent: record.imageId,
      names,
      within: () => {
        checkWhole(context, record);
        for (const hold of holds) endLease(context.store, hold);
      },
    });
  imageEvent(context.store, image, { action: "create" });
  for (const name of names)
    imageEvent(context.store, image, { action: "tag", name: familiarReference(name) });
  containerEvent(context.store, record, "commit", {
    comment: request.comment ?? "",
    imageID: image.id,
    imageRef: names[0] === undefined ? "" : familiarReference(names[0]),
  });
  return image.id;
}

/** A removal in the middle of the copy may have taken files out of it. */
function checkWhole({ store }: ContainerContext, { id }: ContainerRecord): void {
  const status = findById(store, id)?.state.status;
  if (status !== undefined && status !== "removing" && status !== "dead") return;
  throw new EngineError("conflict", `container ${id} was removed while it was being committed`);
}

function checkReference(text: string): Reference {
  const reference = parseReference(text);
  if (reference.digest !== undefined) {
    throw new EngineError("invalidArgument", "cannot commit to digest reference");
  }
  return withDefaultTag(reference);
}

async function frozen<T>(
  context: ContainerContext,
  record: ContainerRecord,
  pause: boolean,
  section: () => Promise<T>,
): Promise<T> {
  if (!pause || record.state.status !== "running") return await section();
  // Should this process die, the next command lets the container go on.
  const lease = takeLease(context.store, FROZEN_LEASE, record.id);
  try {
    await pauseContainer(context, record.id);
    return await section();
  } finally {
    await thawContainer(context, record.id);
    endLease(context.store, lease);
  }
}

/** The parts of a container's config that an image keeps. */
function toImageConfig(config: ContainerConfig): ExecutionConfig {
  const {
    User,
    ExposedPorts,
    Env,
    Entrypoint,
    Cmd,
    Volumes,
    WorkingDir,
    Labels,
    StopSignal,
    Healthcheck,
    OnBuild,
    Shell,
  } = config;
  const kept = {
    User,
    ExposedPorts,
    Env,
    Entrypoint,
    Cmd,
    Volumes,
    WorkingDir,
    Labels,
    StopSignal,
    Healthcheck,
    OnBuild,
    Shell,
  };
  return Object.fromEntries(
    Object.entries(kept).filter(([, value]) => value !== undefined),
  ) as ExecutionConfig;
}
