import { chmodSync, chownSync } from "node:fs";
import { EngineError, goQuote, newId } from "../../../../base/index.ts";
import { run } from "../../../../host/index.ts";
import { hostFacts, readOnlyOption } from "../../../../spec/index.ts";
import { type OpenCache, openCacheMount } from "../../../cache-mounts/open-cache-mount.ts";
import type { CacheMount, VertexId } from "../../../graph/definition.ts";
import { canonicalJson } from "../../../graph/vertex.ts";
import type { Step } from "../step.ts";
import { StepError } from "../step-error.ts";
import { type Exposed, expose } from "./expose.ts";
import { mountStack } from "./mount-stack.ts";
import { exposeTree } from "./mount-tree.ts";
import type { Release, StepMount } from "./step-mount.ts";

/** The caches of a step, by key. */
export type OpenCaches = ReadonlyMap<string, OpenCache>;

/** Opens every cache that a step mounts, in an order that is the same for all steps, so that none wait for each other. */
export async function openCaches(step: Step, releases: Release[]): Promise<OpenCaches> {
  const wanted = new Map<string, CacheMount>();
  for (const mount of step.definition.mounts) {
    if (mount.type !== "cache") continue;
    const key = cacheKey(step, mount);
    const other = wanted.get(key);
    if (other === undefined || other.sharing === "shared") wanted.set(key, mount);
  }
  const open = new Map<string, OpenCache>();
  for (const [key, mount] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const status = `waiting for the cache of ${mount.target}, which another step uses`;
    let waited = false;
    const cache = await openCacheMount(step.context.store, {
      key,
      sharing: mount.sharing,
      description: describe(step, mount),
      fill: (files) => fill(step, mount, files),
      signal: step.context.signal,
      onWait: () => {
        waited = true;
        step.context.status(status, { wait: true });
      },
    });
    if (waited) step.context.status(status, { done: true });
    releases.push(cache.release);
    open.set(key, cache);
  }
  return open;
}

/** A cache for a step, from those that {@link openCaches} has opened. */
export function prepareCache(
  step: Step,
  name: string,
  { mount, caches }: { readonly mount: CacheMount; readonly caches: OpenCaches },
): StepMount {
  const cache = caches.get(cacheKey(step, mount));
  const exposed = cache === undefined ? undefined : expose(step, name, { root: cache.files, source: "/" });
  if (exposed === undefined) throw missing(step, mount.source);
  const option = mount.readOnly ? [readOnlyOption({ facts: hostFacts() })] : [];
  return {
    kind: "folder",
    mount: {
      destination: mount.target,
      type: "bind",
      source: exposed.path,
      options: ["rbind", ...option, "rprivate"],
    },
  };
}

/** What caches must have in common to be one: as in BuildKit also what they began with. */
function cacheKey({ context }: Step, { id, from, source, mode, uid, gid }: CacheMount): string {
  if (from === undefined) return canonicalJson({ id, mode, uid, gid });
  return canonicalJson({ id, from: beginning(context, from), source });
}

function beginning(context: Step["context"], from: VertexId): string {
  const result = context.input(from);
  if (result.kind === "stack") return result.top ?? "scratch";
  return result.live ? result.root : from;
}

function describe({ definition }: Step, { id, target }: CacheMount): string {
  const name = id === target ? "" : ` with id ${goQuote(id)}`;
  return `cached mount ${target} from exec ${definition.args.join(" ")}${name}`;
}

/** Gives a new cache its attributes, or what it is to begin with. */
async function fill(step: Step, mount: CacheMount, files: string): Promise<void> {
  if (mount.from === undefined) {
    if (mount.source !== "/" && mount.source !== "") throw missing(step, mount.source);
    chownSync(files, mount.uid, mount.gid);
    chmodSync(files, mount.mode);
    return;
  }
  const releases: Release[] = [];
  try {
    await copyInto(files, await showBeginning(step, { from: mount.from, source: mount.source, releases }));
  } finally {
    for (const release of releases) await release();
  }
}

async function copyInto(files: string, from: string): Promise<void> {
  // What is seen at `from` is a mount of its own, so that the path cannot mean anything else.
  const result = await run(["cp", "-a", "--", `${from}/.`, files]);
  if (result.exitCode !== 0)
    throw new EngineError("internal", `cannot fill the cache: ${result.stderr.trim()}`);
}

async function showBeginning(
  step: Step,
  {
    from,
    source,
    releases,
  }: { readonly from: VertexId; readonly source: string; readonly releases: Release[] },
): Promise<string> {
  const name = `beginning-${newId().slice(0, 12)}`;
  const result = step.context.input(from);
  if (result.kind === "tree") {
    return pathOfFolder(step, source, exposeTree(step, name, { tree: result, source, writable: false }));
  }
  const { root, release } = await mountStack(step, `${name}-root`, { top: result.top, writable: false });
  releases.push(release);
  return pathOfFolder(step, source, expose(step, name, { root, source }));
}

function pathOfFolder(step: Step, source: string, exposed: Exposed | undefined): string {
  if (exposed?.kind !== "folder") throw missing(step, source);
  return exposed.path;
}

function missing({ definition }: Step, source: string): StepError {
  return new StepError(definition, `open ${source}: no such file or directory`, {
    kind: "notFound",
    output: "",
  });
}
