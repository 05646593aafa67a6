import { EngineError, errorText, isEngineError, Semaphore, throwIfAborted } from "../../base/index.ts";
import { cpuCount } from "../../host/index.ts";
import { type CacheEntry, findEntry, touchEntries, writeEntry } from "../cache/cache-table.ts";
import type { CacheImport } from "../cache/import.ts";
import { type CacheKey, toCacheKey } from "../cache/key.ts";
import { writeListing } from "../cache/listings.ts";
import { findCached } from "../cache/lookup.ts";
import type { MissExplainer, MissReason } from "../cache/reasons.ts";
import { BuildError } from "../errors.ts";
import type { VertexId } from "../graph/definition.ts";
import { filesRead, inputsOf, type Vertex, type VertexTable } from "../graph/vertex.ts";
import type { KeyParts, Op, OpContext } from "../ops/op.ts";
import type { OpTable } from "../ops/op-table.ts";
import type { Result } from "../result.ts";
import { lockKey } from "./key-lock.ts";
import { createOpContext } from "./op-context.ts";
import type { Outcome } from "./outcome.ts";
import { quickKeyOf } from "./quick-key.ts";
import { eventTime, type Session } from "./session.ts";

/** What a solver works on. */
export interface SolverOptions {
  readonly session: Session;
  readonly table: VertexTable;
  readonly ops: OpTable;
  readonly imports: readonly CacheImport[];
  readonly explain: MissExplainer;
  /** Parts of every key: what the request adds to all steps. */
  readonly shared: KeyParts;
  /** Parts of every quick key, beside those: what the ops take from the request by themselves. */
  readonly asked: KeyParts;
}

/** How a miss ends: with the result, or with nothing when only a plan is wanted. */
type Solved = Outcome & { readonly restore?: (() => Promise<void>) | undefined };

/**
 * Solves vertices of one graph: each at most once, those that do not need each other at the same time, and a step
 * that another process is just doing not again but after it.
 */
export class Solver {
  readonly #options: SolverOptions;
  readonly #solved = new Map<VertexId, Promise<Solved>>();
  readonly #results = new Map<VertexId, Result>();
  readonly #restored = new Map<VertexId, Promise<void>>();
  readonly #running = new Semaphore(Math.max(2, cpuCount() + 2));
  readonly #used: CacheKey[] = [];
  readonly table: VertexTable;
  /** In the order in which they ended. */
  readonly outcomes: Outcome[] = [];

  constructor(options: SolverOptions) {
    this.#options = options;
    this.table = options.table;
  }

  /** The outcome of a vertex, with its files on this machine. Throws the error of the step that failed first. */
  async solve(id: VertexId): Promise<Outcome> {
    const solved = await this.#identify(id);
    await this.#restore(id);
    return solved;
  }

  /** Notes in the cache what this build used. */
  finish(): void {
    touchEntries(this.#options.session.store, this.#used);
  }

  /** Finds or makes a result; of one that only an import has, the files may not be here yet. */
  #identify(id: VertexId): Promise<Solved> {
    const known = this.#solved.get(id);
    if (known !== undefined) return known;
    const started = this.#run(this.#vertex(id)).then((solved) => {
      this.#results.set(id, solved.result);
      this.outcomes.push(solved);
      return solved;
    });
    this.#solved.set(id, started);
    return started;
  }

  async #restore(id: VertexId): Promise<void> {
    const { restore } = await this.#identify(id);
    if (restore === undefined) return;
    const running = this.#restored.get(id) ?? restore();
    this.#restored.set(id, running);
    await running;
  }

  async #run(vertex: Vertex): Promise<Solved> {
    const { definition } = vertex;
    await all(inputsOf(definition).map((id) => this.#identify(id)));
    throwIfAborted(this.#options.session);
    const context = this.#context(vertex);
    const op = this.#options.ops(definition);
    const { shared, asked } = this.#options;
    const quickKey = quickKeyOf(vertex, (id) => this.#results.get(id), { ...asked, ...shared });
    const begun = performance.now();
    const step = { vertex, op, context, quickKey, begun };
    const quick = vertex.ignoreCache ? undefined : await this.#cached({ quickKey }, step);
    if (quick !== undefined) return quick;
    await all(filesRead(definition).map((id) => this.#restore(id)));
    const own = await this.#told(vertex, () => op.key(definition, context));
    if (own === undefined) return await this.#source(step);
    const parts = { ...own, ...shared };
    const key = toCacheKey(definition.op, parts);
    const hit = vertex.ignoreCache ? undefined : await this.#cached({ key, quickKey }, step);
    return hit ?? (await this.#miss({ ...step, key, parts }));
  }

  async #cached(
    keys: { readonly key?: CacheKey; readonly quickKey: CacheKey | undefined },
    { vertex, begun }: Step,
  ): Promise<Solved | undefined> {
    const { session, imports } = this.#options;
    const found = await findCached(session, imports, keys);
    if (found === undefined) return undefined;
    const { entry, restore } = found;
    this.#used.push(entry.key);
    const time = eventTime();
    session.emit({ kind: "started", vertex: vertex.id, name: vertex.label.name, time });
    session.emit({ kind: "completed", vertex: vertex.id, time, cached: true });
    return this.#outcome(vertex, { entry, restore, begun });
  }

  #outcome(
    vertex: Vertex,
    {
      entry,
      restore,
      begun,
    }: {
      readonly entry: CacheEntry;
      readonly restore: (() => Promise<void>) | undefined;
      readonly begun: number;
    },
  ): Solved {
    return {
      vertex,
      status: "cached",
      result: { kind: "stack", top: entry.chainId },
      key: entry.key,
      parts: entry.parts,
      reasons: [],
      created: entry.created,
      milliseconds: performance.now() - begun,
      restore,
    };
  }

  /** What is never cached: its result is as good as the place it comes from. */
  async #source({ vertex, op, context, begun }: Step): Promise<Solved> {
    const silent = vertex.label.name === "";
    const execute = () => op.execute(vertex.definition, context);
    const result = silent ? await execute() : await this.#told(vertex, execute, { always: true });
    return {
      vertex,
      status: "source",
      result,
      key: undefined,
      parts: undefined,
      reasons: [],
      created: 0,
      milliseconds: performance.now() - begun,
    };
  }

  async #miss(step: Step & { readonly key: CacheKey; readonly parts: KeyParts }): Promise<Solved> {
    const { vertex, op, context, key, parts, quickKey, begun } = step;
    const { session, explain } = this.#options;
    await all(inputsOf(vertex.definition).map((id) => this.#restore(id)));
    return await this.#running.run(async () => {
      throwIfAborted(session);
      const lock = await lockKey(session, key, () => this.#tellWait(step));
      try {
        // Another process may have made it while this one waited for its turn.
        const late = vertex.ignoreCache ? undefined : await this.#cached({ key, quickKey }, step);
        if (late !== undefined) return late;
        const reasons = explain(vertex, parts);
        const result = await this.#told(vertex, () => op.execute(vertex.definition, context), {
          always: true,
          reasons,
        });
        const created = Date.now();
        this.#record(step, { result, created });
        return {
          vertex,
          status: "ran",
          result,
          key,
          parts,
          reasons,
          created,
          milliseconds: performance.now() - begun,
        };
      } finally {
        lock.release();
      }
    });
  }

  #record(
    { vertex, key, parts, quickKey }: Step & { readonly key: CacheKey; readonly parts: KeyParts },
    { result, created }: { readonly result: Result; readonly created: number },
  ): void {
    const { store, layers, listing, hold } = this.#options.session;
    if (result.kind !== "stack" || result.top === undefined) return;
    const chainId = result.top;
    store.transaction(() => {
      // What nothing else needs of the result that is replaced goes when the build lets go of it.
      const before = findEntry(store, key)?.chainId;
      if (before !== undefined && before !== chainId && layers.get(before) !== undefined) hold(before);
      for (const value of Object.values(parts)) {
        const text = typeof value === "string" ? listing(value) : undefined;
        if (text !== undefined) writeListing(store, text);
      }
      writeEntry(store, { key, quickKey, chainId, parts, description: vertex.label.name, created });
    });
  }

  #tellWait({ vertex, context }: Step): void {
    const { id, label } = vertex;
    this.#options.session.emit({ kind: "started", vertex: id, name: label.name, time: eventTime() });
    context.status("waiting for another build, which is at the same step", { wait: true });
  }

  /** Tells when work on a vertex begins and ends; work that only looks is told of only when it fails. */
  async #told<T>(
    { id, label }: Vertex,
    work: () => Promise<T>,
    how: { readonly always?: boolean; readonly reasons?: readonly MissReason[] } = {},
  ): Promise<T> {
    const { session } = this.#options;
    const begin = () => session.emit({ kind: "started", vertex: id, name: label.name, time: eventTime() });
    const end = (more: { readonly error?: string; readonly reason?: string }) =>
      session.emit({ kind: "completed", vertex: id, time: eventTime(), cached: false, ...more });
    if (how.always) begin();
    try {
      const result = await work();
      const reason = how.reasons?.map(({ text }) => text).join("; ");
      if (how.always) end(reason ? { reason } : {});
      return result;
    } catch (error) {
      if (!how.always) begin();
      const failure = atVertex(id, error);
      session.fail(failure);
      end({ error: errorText(error) });
      throw failure;
    }
  }

  #context(vertex: Vertex): OpContext {
    return createOpContext(this.#options.session, vertex, (id) => {
      const result = this.#results.get(id);
      if (result === undefined) throw new EngineError("internal", `no result of ${id}`);
      return result;
    });
  }

  #vertex(id: VertexId): Vertex {
    const vertex = this.#options.table.get(id);
    if (vertex === undefined) throw new EngineError("internal", `no vertex ${id}`);
    return vertex;
  }
}

interface Step {
  readonly vertex: Vertex;
  readonly op: Op<Vertex["definition"]>;
  readonly context: OpContext;
  readonly quickKey: CacheKey | undefined;
  readonly begun: number;
}

/** An error that knows the step it comes from. */
function atVertex(vertex: VertexId, error: unknown): unknown {
  if (!isEngineError(error) || error instanceof BuildError || error.kind === "cancelled") return error;
  const { kind, message, hint } = error;
  return new BuildError(kind, message, { vertex, cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** Waits for all, also when one fails: nothing goes on behind the back of whoever cleans up. */
async function all(running: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(running)).find((each) => each.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
