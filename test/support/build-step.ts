import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newId } from "../../src/base/index.ts";
import { toBuildRequest } from "../../src/build/default-request.ts";
import type { RunDefinition, VertexId } from "../../src/build/graph/definition.ts";
import type { OpContext } from "../../src/build/ops/op.ts";
import { runOp } from "../../src/build/ops/run.ts";
import type { BuildRequest } from "../../src/build/request.ts";
import type { Result, StackResult } from "../../src/build/result.ts";
import { openContent } from "../../src/content/index.ts";
import { openImages } from "../../src/image/index.ts";
import { openNetworks } from "../../src/network/index.ts";
import { openRuntimes } from "../../src/runtime/index.ts";
import { openLayers } from "../../src/snapshot/index.ts";
import type { Store } from "../../src/store/index.ts";
import { type EngineRoot, engineRoot, IMAGE } from "./engine-root.ts";
import { type Member, toTar } from "./image-store.ts";

/** What a test varies of a step. */
export interface StepRequest {
  readonly request?: Partial<BuildRequest>;
  readonly signal?: AbortSignal;
  /** Called for each piece of output. */
  readonly onOutput?: (stream: "stdout" | "stderr", data: Uint8Array) => void;
}

/** How a step ended. */
export interface StepOutcome {
  readonly result: StackResult;
  readonly output: string;
}

/** What executes single RUN steps on a store that has the busybox image. */
export interface Steps {
  /** The root file system of the busybox image. */
  readonly base: VertexId;
  /** Makes a result that steps can name. */
  add(result: Result): VertexId;
  /** A root file system with just these members. */
  makeStack(members: readonly Member[]): Promise<StackResult>;
  context(step?: StepRequest): OpContext;
  /** Executes `RUN script`, on the busybox image if nothing else is said. */
  run(script: string, definition?: Partial<RunDefinition>, step?: StepRequest): Promise<StepOutcome>;
  /** Paths of the newest layer of a stack, with folders ending in a slash. */
  layerPaths(stack: StackResult): Promise<string[]>;
  /** Ends what a build ends: its holds and work folders. */
  endBuild(): Promise<void>;
}

/** A store with a busybox image and what executes single RUN steps on it. */
export interface StepRoot extends Steps, AsyncDisposable {
  readonly engine: EngineRoot;
}

const REQUEST = toBuildRequest({ dockerfile: { kind: "text", text: "" }, network: "none", outputs: [] });

/** `RUN script` on `base`. */
export function runDefinition(
  base: VertexId,
  script: string,
  other: Partial<RunDefinition> = {},
): RunDefinition {
  return {
    op: "run",
    base,
    args: ["/bin/sh", "-c", script],
    env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
    cwd: "/",
    user: "",
    mounts: [],
    network: "default",
    security: "sandbox",
    script: undefined,
    ...other,
  };
}

/** Opens a fresh {@link StepRoot}; its steps have no network unless the request says so. */
export async function stepRoot(): Promise<StepRoot> {
  const engine = await engineRoot();
  const steps = openSteps(engine.store);
  return {
    ...steps,
    engine,
    async [Symbol.asyncDispose]() {
      await steps.endBuild();
      await engine[Symbol.asyncDispose]();
    },
  };
}

/** Opens {@link Steps} on the store of a {@link StepRoot}, in this or another process. */
export function openSteps(store: Store): Steps {
  const layers = openLayers(store);
  const images = openImages(store, layers, openContent(store));
  const room = {
    store,
    layers,
    images,
    networks: openNetworks(store),
    runtime: openRuntimes({ root: store.root, run: store.run }),
  };
  const results = new Map<VertexId, Result>();
  const holds: ReturnType<typeof layers.hold>[] = [];
  const folders = join(store.root, "tmp", "test-build");
  const add = (result: Result): VertexId => {
    const id = newId() as string as VertexId;
    results.set(id, result);
    return id;
  };
  const input = (id: VertexId): Result => {
    const found = results.get(id);
    if (found === undefined) throw new Error(`no result of ${id}`);
    return found;
  };
  const context: Steps["context"] = ({ request, signal, onOutput } = {}) => ({
    ...room,
    request: { ...REQUEST, ...request },
    signal: signal ?? new AbortController().signal,
    log: (stream, data) => onOutput?.(stream, data),
    status: () => {},
    input,
    stack: (id) => {
      const found = input(id);
      if (found.kind !== "stack") throw new Error(`${id} is no stack`);
      return found;
    },
    hold: (chainId) => void holds.push(layers.hold(chainId)),
    useSource: () => {
      throw new Error("no sources in this test");
    },
    keepListing: (listing) => new Bun.CryptoHasher("sha256").update(listing).digest("hex"),
    workFolder: () => {
      const folder = join(folders, newId().slice(0, 12));
      mkdirSync(folder, { recursive: true });
      return folder;
    },
  });
  const base = add({ kind: "stack", top: images.resolve(IMAGE).top });
  const endBuild = async (): Promise<void> => {
    for (const hold of holds.splice(0)) await layers.release(hold);
    rmSync(folders, { recursive: true, force: true });
  };
  return {
    base,
    add,
    async makeStack(members) {
      const stream = new Blob([toTar(members)]).stream();
      const [layer] = await layers.adopt([await layers.stage({ kind: "stream", stream })], undefined);
      if (layer === undefined) throw new Error("no layer was made");
      holds.push(layers.hold(layer.chainId));
      return { kind: "stack", top: layer.chainId };
    },
    context,
    endBuild,
    async run(script, definition = {}, step = {}) {
      const parts: Uint8Array[] = [];
      const onOutput: StepRequest["onOutput"] = (stream, data) => {
        parts.push(Uint8Array.from(data));
        step.onOutput?.(stream, data);
      };
      const wanted = runDefinition(definition.base ?? base, script, definition);
      const result = await runOp.execute(wanted, context({ ...step, onOutput }));
      if (result.kind !== "stack") throw new Error("a RUN gave no stack");
      return { result, output: Buffer.concat(parts).toString() };
    },
    async layerPaths({ top }) {
      if (top === undefined) return [];
      const archive = join(store.root, "layer.tar");
      const fd = openSync(archive, "w");
      try {
        await layers.writeTar(top, fd);
      } finally {
        closeSync(fd);
      }
      const listed = Bun.spawnSync(["tar", "tf", archive]).stdout.toString();
      rmSync(archive);
      return listed.split("\n").filter((line) => line !== "");
    },
  };
}
