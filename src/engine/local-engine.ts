import { EngineError } from "../base/index.ts";
import { openBuilds } from "../build/index.ts";
import { type Containers, openContainers } from "../container/index.ts";
import { openContent } from "../content/index.ts";
import { openImages } from "../image/index.ts";
import { openNetworks } from "../network/index.ts";
import { openRuntimes } from "../runtime/index.ts";
import { openLayers } from "../snapshot/index.ts";
import { deadLeases, openStore, type Store } from "../store/index.ts";
import { openVolumes } from "../volume/index.ts";
import { dryRun } from "./dry-run.ts";
import type { Engine } from "./engine.ts";
import { toBuilds } from "./local-builds.ts";
import { toImages } from "./local-images.ts";
import { toNetworks } from "./local-networks.ts";
import { toVolumes } from "./local-volumes.ts";
import { openRegistries } from "./open-registries.ts";
import { toSystem } from "./system/local-system.ts";
import type { Nouns } from "./system/prune.ts";

/** Where an engine keeps its data. */
export interface EngineOptions {
  /** `$STRAKE_ROOT`, or `/var/lib/strake`. */
  readonly root?: string;
  /** `$STRAKE_RUN`, or `/run/strake`. */
  readonly run?: string;
  /** Name or path of the OCI runtime; `$STRAKE_RUNTIME`, or the fastest that works here. */
  readonly runtime?: string;
}

/** An engine on this machine's store, with what only its own processes call. */
export interface LocalEngine extends Engine {
  readonly callbacks: Containers["callbacks"];
}

/**
 * Opens the engine on this machine: no daemon, the store is shared with every other process that opens it.
 * What processes that died had left is undone first. Throws `forbidden` without root.
 */
export async function openEngine(options: EngineOptions = {}): Promise<LocalEngine> {
  if (process.getuid?.() !== 0) {
    throw new EngineError("forbidden", "strake must run as root", { hint: "run it with sudo" });
  }
  const store = openStore(
    options.root ?? process.env.STRAKE_ROOT ?? "/var/lib/strake",
    options.run ?? process.env.STRAKE_RUN ?? "/run/strake",
  );
  try {
    return await assemble(store, options.runtime ?? process.env.STRAKE_RUNTIME ?? "");
  } catch (error) {
    store.close();
    throw error;
  }
}

async function assemble(store: Store, defaultRuntime: string): Promise<LocalEngine> {
  const layers = openLayers(store);
  const content = openContent(store);
  const images = openImages(store, layers, content);
  const runtimes = openRuntimes({ root: store.root, run: store.run });
  const runtime = (name: string) => runtimes(name || defaultRuntime);
  const volumes = openVolumes(store);
  const networks = openNetworks(store);
  const containers = openContainers({
    store,
    layers,
    images,
    networks,
    volumes,
    runtime,
    waiting: new Map(),
  });
  const builds = openBuilds({ store, layers, images, networks, runtime, registry: openRegistries });
  if (deadLeases(store).length > 0 || containers.isFirstOfBoot()) {
    await containers.repair();
    await builds.repair();
    volumes.repair();
    await networks.repair();
    await images.repair();
    await layers.repair();
  }
  await networks.ensureNameServer();
  const nouns: Nouns = {
    images: toImages(store, images, containers),
    containers: {
      ...containers,
      attach: (name, streams) => containers.attach(name, streams.onOutput),
      execStart: (id, streams) => containers.execStart(id, streams?.onOutput),
      logs: (name, request, call) => containers.logs(name, { ...request, ...call }),
      commit: (name, request, call) => containers.commit(name, { ...request, ...call }),
      writeArchive: (name, path, fd, request) => containers.writeArchive(name, path, { ...request, fd }),
      prune: async (filters, { dryRun: dry } = {}) =>
        dry ? dryRun(store, await containers.rehearsePrune(filters)) : await containers.prune(filters),
    },
    networks: toNetworks(networks, containers),
    volumes: toVolumes(store, volumes, layers),
    builds: toBuilds(store, builds),
  };
  const rooms = { store, content, layers, images, networks, volumes, containers, builds, runtime };
  return {
    ...nouns,
    system: toSystem(rooms, nouns),
    callbacks: containers.callbacks,
    close: async () => store.close(),
  };
}
