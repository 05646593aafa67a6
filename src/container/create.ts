import { mkdirSync, rmSync } from "node:fs";
import {
  type CallOptions,
  EngineError,
  formatTime,
  isEngineError,
  newId,
  nowNs,
  shortId,
  throwIfAborted,
  withWords,
  ZERO_TIME,
} from "../base/index.ts";
import type { Image } from "../image/index.ts";
import type { EndpointRequest } from "../network/index.ts";
import { formatPlatform, hostPlatform, type Platform, platformMatches } from "../oci/index.ts";
import {
  type ContainerConfig,
  containerOf,
  type HostConfig,
  type HostFacts,
  hostFacts,
  type MountPoint,
  toHostConfig,
} from "../spec/index.ts";
import { endLease, takeLease } from "../store/index.ts";
import { type ContainerContext, containerEvent } from "./context.ts";
import {
  type MountFacts,
  mergeConfig,
  randomName,
  resolveMounts,
  toCommand,
  validateCreate,
} from "./create/index.ts";
import { fillVolumes } from "./fill-volumes.ts";
import { containerPaths } from "./paths.ts";
import type { ContainerRecord } from "./record.ts";
import { removeRunFolder } from "./remove-run-folder.ts";
import { findContainer, insertContainer, isNameTaken } from "./table.ts";

/** What a container is to be; what is left out comes from the image and from Docker's defaults. */
export interface CreateRequest {
  readonly name?: string;
  readonly config: Partial<ContainerConfig> & { readonly Image: string };
  readonly hostConfig?: Partial<HostConfig>;
  readonly endpoints?: Readonly<Record<string, EndpointRequest>>;
  readonly platform?: Platform;
}

/** A new container's ID, and what the user should know. */
export interface Created {
  readonly id: string;
  readonly warnings: readonly string[];
}

const NAME_ATTEMPTS = 20;
const PORTS_DISCARDED = "Published ports are discarded when using host network mode";

/** Makes a container without starting it. Nothing is left when it fails. */
export async function createContainer(
  context: ContainerContext,
  request: CreateRequest,
  options?: CallOptions,
): Promise<Created> {
  const facts = hostFacts();
  validateCreate(request, facts);
  const image = context.images.resolve(request.config.Image);
  checkPlatform(image, request);
  throwIfAborted(options);
  const id = newId();
  const { hostConfig, warnings } = toHostConfig(request.hostConfig ?? {}, {
    facts,
    runtime: context.runtime(request.hostConfig?.Runtime ?? "").name,
    containerId: (name) => findContainer(context.store, name).id,
  });
  const config = mergeConfig(
    request.config,
    image.config.config,
    hostnameOf(context, hostConfig, { id, facts }),
  );
  const { path, args } = toCommand(config);
  const endpoints = toEndpoints(context, hostConfig, request);
  const lease = takeLease(context.store, "container", id);
  try {
    const { folder } = containerPaths(context.store, id);
    mkdirSync(folder, { recursive: true, mode: 0o710 });
    await context.layers.snapshots.prepare(id, image.top, folder);
    const mounts = resolveMounts({ config, hostConfig }, mountFacts(context, id));
    useInherited(context, id, mounts);
    const created = nowNs();
    const record: Omit<ContainerRecord, "name"> = {
      id,
      created: formatTime(created),
      imageId: image.id,
      path,
      args,
      config,
      hostConfig,
      endpoints,
      mounts,
      state: { status: "created" },
      startedAt: ZERO_TIME,
      finishedAt: ZERO_TIME,
      exitCode: 0,
      oomKilled: false,
      error: "",
      restartCount: 0,
      stoppedByUser: false,
      network: null,
      health: null,
      platform: "linux",
    };
    await fillVolumes(context, id, mounts);
    insertNamed(context, record, { name: request.name || undefined, created, lease });
    const discards = hostConfig.NetworkMode === "host" && Object.keys(hostConfig.PortBindings).length > 0;
    return { id, warnings: discards ? [...warnings, PORTS_DISCARDED] : warnings };
  } catch (error) {
    await discard(context, id);
    endLease(context.store, lease);
    // Somebody removed the image meanwhile: that is what the user is to read.
    if (context.images.get(image.id) === undefined) context.images.resolve(request.config.Image);
    throw error;
  }
}

/** Docker's default: the start of the ID; the host's or the joined container's name where the network is shared. */
function hostnameOf(
  context: ContainerContext,
  { NetworkMode, UTSMode }: HostConfig,
  { id, facts }: { readonly id: string; readonly facts: HostFacts },
): string {
  if (NetworkMode === "host" || UTSMode === "host") return facts.hostname;
  const joined = containerOf(NetworkMode);
  return joined === undefined ? shortId(id) : findContainer(context.store, joined).config.Hostname;
}

/** What the container asks of each of its networks, the one of its mode first. Throws what a network cannot give. */
function toEndpoints(
  { networks }: ContainerContext,
  { NetworkMode: mode }: HostConfig,
  { endpoints: asked = {} }: CreateRequest,
): Record<string, EndpointRequest> {
  if (containerOf(mode) !== undefined) return {};
  const { default: ofDefault, ...named } = asked;
  const found: Record<string, EndpointRequest> = {};
  for (const [name, request] of Object.entries({ [mode]: ofDefault ?? {}, ...named })) {
    const network = networks.find(name);
    // One that is not there may be there when the container starts.
    if (network !== undefined) {
      withWords(`invalid config for network ${network.name}`, () => networks.validate(network.id, request));
    }
    found[network?.name ?? name] = request;
  }
  return found;
}

/** Removes what a creation that did not finish has made. Idempotent. */
export async function discard(context: ContainerContext, id: string): Promise<void> {
  const { store, volumes } = context;
  store.transaction(() => volumes.release(id, { removeAnonymous: true }))();
  const { rootfs, runFolder, folder } = containerPaths(store, id);
  // Its volumes may just have been filled from there.
  await context.layers.snapshots.unmount(rootfs);
  await context.layers.removeSnapshot(id);
  removeRunFolder(runFolder);
  rmSync(folder, { recursive: true, force: true });
}

function checkPlatform(image: Image, { platform, config }: CreateRequest): void {
  if (platform === undefined) return;
  const { os, architecture, variant } = image.config;
  const have: Platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
  if (platformMatches(have, platform)) return;
  const wanted = formatPlatform(platform);
  throw new EngineError(
    "notFound",
    `image with reference ${config.Image} was found but does not provide the specified platform (${wanted})`,
    { hint: `it is for ${formatPlatform(have)}, this machine is ${formatPlatform(hostPlatform())}` },
  );
}

function bareName(name: string): string {
  return name.startsWith("/") ? name.slice(1) : name;
}

function mountFacts(context: ContainerContext, id: string): MountFacts {
  return {
    volumes: {
      create: (request) => context.volumes.create({ ...request, container: id }),
    },
    findContainer: (name) => findContainer(context.store, name),
    checkImage: (name) => void context.images.resolve(name),
  };
}

/** Volumes of `--volumes-from` are held by this container too, however it came to them. */
function useInherited({ volumes }: ContainerContext, id: string, mounts: readonly MountPoint[]): void {
  for (const { Type, Name, request } of mounts) {
    if (Type !== "volume" || Name === undefined) continue;
    volumes.use(Name, { container: id, named: (request?.Source ?? "") !== "" });
  }
}

function imageGone({ config, imageId }: Omit<ContainerRecord, "name">): EngineError {
  const message = `image ${config.Image} (${imageId}) was removed while a container was being made from it`;
  return new EngineError("conflict", message, { hint: "run the command again" });
}

interface Naming {
  readonly name: string | undefined;
  readonly created: bigint;
  readonly lease: Parameters<typeof endLease>[1];
}

function insertNamed(context: ContainerContext, record: Omit<ContainerRecord, "name">, naming: Naming): void {
  const { store } = context;
  const insert = (name: string): void =>
    store.transaction(() => {
      if (context.images.get(record.imageId) === undefined) throw imageGone(record);
      const named: ContainerRecord = { ...record, name };
      insertContainer(store, named, naming.created);
      containerEvent(store, named, "create");
      endLease(store, naming.lease);
    });
  if (naming.name !== undefined) {
    insert(bareName(naming.name));
    return;
  }
  for (let attempt = 1; ; attempt++) {
    try {
      insert(randomName((name) => isNameTaken(store, name)));
      return;
    } catch (error) {
      const gone = context.images.get(record.imageId) === undefined;
      if (!isEngineError(error, "conflict") || attempt === NAME_ATTEMPTS || gone) throw error;
    }
  }
}
