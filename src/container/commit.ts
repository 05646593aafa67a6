import { type CallOptions, EngineError, nowText } from "../base/index.ts";
import { applyChanges } from "../image/index.ts";
import {
  type Digest,
  type ExecutionConfig,
  familiarReference,
  parseReference,
  type Reference,
  withDefaultTag,
} from "../oci/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import { pauseContainer, unpauseContainer } from "./pause.ts";
import type { ContainerConfig, ContainerRecord } from "./record.ts";
import { findContainer } from "./table.ts";

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
  const config = applyChanges(toImageConfig(record.config), request.changes);
  const layer = await frozen(context, record, request.pause, () =>
    context.layers.commit({ key: record.id }, request),
  );
  const created = nowText();
  const base = context.images.get(record.imageId);
  if (base === undefined)
    throw new EngineError("dataLoss", `image ${record.imageId} of container ${record.id} is gone`);
  const image = context.images
    .draft(base)
    .withLayer(layer, {
      created,
      created_by: (record.config.Cmd ?? []).join(" "),
      ...(request.author ? { author: request.author } : {}),
      ...(request.comment ? { comment: request.comment } : {}),
    })
    .withConfig(config)
    .withCreated(created)
    .withAuthor(request.author ?? "")
    .commit({ parent: record.imageId, names });
  containerEvent(context.store, record, "commit", {
    comment: request.comment ?? "",
    imageID: image.id,
    imageRef: names[0] === undefined ? "" : familiarReference(names[0]),
  });
  return image.id;
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
  await pauseContainer(context, record.id);
  try {
    return await section();
  } finally {
    await unpauseContainer(context, record.id);
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
