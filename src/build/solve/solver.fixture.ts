import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openContent } from "../../content/index.ts";
import { openImages } from "../../image/index.ts";
import { openNetworks } from "../../network/index.ts";
import { openLayers } from "../../snapshot/index.ts";
import type { Store } from "../../store/index.ts";
import { createExplainer } from "../cache/explain.ts";
import { toBuildRequest } from "../default-request.ts";
import type { BuildEvent } from "../events.ts";
import type { Definition, RunDefinition, VertexId } from "../graph/definition.ts";
import { type Vertex, vertexId } from "../graph/vertex.ts";
import { imageOp, scratchOp } from "../ops/image.ts";
import type { Op, OpContext } from "../ops/op.ts";
import { createOpTable } from "../ops/op-table.ts";
import { withStepSnapshot } from "../ops/step-snapshot.ts";
import type { BuildRequest } from "../request.ts";
import type { RoomContext } from "../room-context.ts";
import { openSession, type Session } from "./session.ts";
import { Solver } from "./solver.ts";

/** A request that asks for nothing. */
export const EMPTY_REQUEST: BuildRequest = toBuildRequest({ dockerfile: { kind: "text", text: "" } });

/** The rooms below the builder on a store of a test; nothing is run by a runtime. */
export function testRooms(store: Store): RoomContext {
  const job = new URL("../../snapshot/layer-job.fixture.ts", import.meta.url).pathname;
  const layers = openLayers(store, { command: [process.execPath, job] });
  return {
    store,
    layers,
    images: openImages(store, layers, openContent(store)),
    networks: openNetworks(store),
    registry: async () => {
      throw new Error("no step of this test needs a registry");
    },
    runtime: () => {
      throw new Error("no step of this test runs a program");
    },
  };
}

/** A graph whose RUN steps write their first argument into a file named after the second. */
export class TestBuild {
  readonly events: BuildEvent[] = [];
  /** First arguments of the steps that were executed, in the order of their end. */
  readonly executed: string[] = [];
  readonly session: Session;
  readonly #table = new Map<VertexId, Vertex>();
  readonly #rooms: RoomContext;
  /** Awaited by each step before it ends. */
  beforeEnd: (args: readonly string[]) => Promise<void> = async () => {};

  constructor(rooms: RoomContext) {
    this.#rooms = rooms;
    this.session = openSession(rooms, EMPTY_REQUEST, {
      onEvent: (event) => this.events.push(event),
    });
  }

  scratch(): VertexId {
    return this.#add({ op: "scratch" }, { text: "", lines: [1, 1] });
  }

  run(
    base: VertexId,
    args: readonly string[],
    more: Partial<RunDefinition> & { readonly line?: number; readonly ignoreCache?: boolean } = {},
  ): VertexId {
    const { line = 2, ignoreCache = false, ...definition } = more;
    const run: RunDefinition = {
      op: "run",
      base,
      args,
      env: [],
      cwd: "/",
      user: "",
      mounts: [],
      network: "default",
      security: "sandbox",
      script: undefined,
      ...definition,
    };
    return this.#add(run, { text: `RUN ${args.join(" ")}`, lines: [line, line], ignoreCache });
  }

  solver(project = "test"): Solver {
    const none: Op<Definition> = {
      key: async () => undefined,
      execute: async () => {
        throw new Error("no such step in this test");
      },
    };
    const ops = createOpTable({
      image: imageOp,
      scratch: scratchOp,
      run: this.#runOp(),
      copy: none,
      workdir: none,
      local: none,
      http: none,
      git: none,
      inline: none,
    });
    const explain = createExplainer(this.#rooms.store, project, {
      current: this.session.listing,
      diff: (before, after) => [`${before} -> ${after}`],
    });
    return new Solver({
      session: this.session,
      table: this.#table,
      ops,
      imports: [],
      explain,
      shared: {},
      asked: {},
    });
  }

  #runOp(): Op<RunDefinition> {
    return {
      key: async ({ base, args, env }, context) => ({ parent: context.stack(base).top ?? "", args, env }),
      execute: (definition, context) => this.#execute(definition, context),
    };
  }

  async #execute({ base, args }: RunDefinition, context: OpContext) {
    const [content = "", name = "file"] = args;
    if (content === "fail") throw new Error("this step fails");
    const result = await withStepSnapshot(context, context.stack(base).top, async ({ upper }) => {
      writeFileSync(join(upper, name), content);
      utimesSync(join(upper, name), 1, 1);
    });
    await this.beforeEnd(args);
    this.executed.push(content);
    return result;
  }

  #add(
    definition: Definition,
    label: {
      readonly text: string;
      readonly lines: readonly [number, number];
      readonly ignoreCache?: boolean;
    },
  ): VertexId {
    const id = vertexId(definition);
    const { text, lines, ignoreCache = false } = label;
    const step = lines[0];
    this.#table.set(id, { id, definition, ignoreCache, label: { name: text, stage: "", step, text, lines } });
    return id;
  }
}
