import type { Dockerfile, Stage } from "../../dockerfile/index.ts";
import type { Image } from "../../image/index.ts";
import {
  formatReference,
  type Platform,
  parsePlatform,
  parseReference,
  withDefaultTag,
} from "../../oci/index.ts";
import type { VertexId } from "../graph/definition.ts";
import type { VertexLabel } from "../graph/vertex.ts";
import type { BuildRequest, NamedContext } from "../request.ts";
import { type BaseChoice, findNamedContext, type ResolveImage } from "./base-image.ts";
import { checkSyntax } from "./check-syntax.ts";
import { parseEnvironment, toConfigEnvironment } from "./environment.ts";
import {
  atInstruction,
  badStageName,
  blankBase,
  circularStage,
  noStageAt,
  stageDefinedLater,
} from "./errors.ts";
import { findTarget, stageIndex } from "./find-target.ts";
import { expandGlobal, readGlobalArgs } from "./global-args.ts";
import { GraphDraft, HIDDEN } from "./graph.ts";
import { platformArgs } from "./platform-args.ts";
import { readInstructions, triggersOf } from "./read-stage.ts";
import { placeOf, type StageContext } from "./stage-context.ts";
import { type StageState, withDefaultPath } from "./stage-state.ts";
import type { Target } from "./target.ts";

/** What a graph is made from, beside the Dockerfile. */
export interface FrontendOptions {
  readonly request: BuildRequest;
  /** The machine that builds. */
  readonly buildPlatform: Platform;
  /** What is built for. */
  readonly platform: Platform;
  readonly resolveImage: ResolveImage;
  /** Several platforms are built: names tell which. */
  readonly several: boolean;
}

/**
 * Makes the graph of the target stage: only what it needs is in it. Metadata is folded into the config; steps become
 * vertices. Throws `invalidArgument` with the place in the Dockerfile.
 */
export async function readTarget(dockerfile: Dockerfile, options: FrontendOptions): Promise<Target> {
  checkSyntax(dockerfile, options.request.buildArgs);
  const reader = new TargetReader(dockerfile, options);
  const stage = findTarget(dockerfile, options.request.target);
  const state = await reader.read(stage);
  const config = { ...state.config, Env: state.configEnv.entries };
  const labels = { ...Object.fromEntries(state.labels), ...options.request.labels };
  return {
    table: reader.graph.table,
    vertex: state.vertex,
    image: state.image,
    platform: state.platform,
    config: Object.keys(labels).length === 0 ? config : { ...config, Labels: labels },
    author: state.author,
    history: state.history,
  };
}

/** A stage that waits for another, and those that wait for it. */
interface Waiting {
  readonly stage: Stage;
  readonly next: Waiting | undefined;
}

class TargetReader {
  readonly graph = new GraphDraft();
  readonly #dockerfile: Dockerfile;
  readonly #options: FrontendOptions;
  readonly #states = new Map<number, Promise<StageState>>();
  readonly #globalArgs: Readonly<Record<string, string>>;
  readonly #platformPrefix: string;
  #bases: ReadonlyMap<string, number> | undefined;

  constructor(dockerfile: Dockerfile, options: FrontendOptions) {
    this.#dockerfile = dockerfile;
    this.#options = options;
    const { buildPlatform, platform, request } = options;
    const predefined = platformArgs(
      buildPlatform,
      platform,
      request.target || dockerfile.stages.at(-1)?.name,
    );
    this.#globalArgs = readGlobalArgs(dockerfile, predefined, request.buildArgs);
    this.#platformPrefix = options.several ? `${platform.os}/${platform.architecture} ` : "";
  }

  /** Reads a stage, once. `waiting` are the stages that wait for it. */
  read(stage: Stage, waiting?: Waiting): Promise<StageState> {
    for (let each = waiting; each !== undefined; each = each.next) {
      if (each.stage === stage) throw circularStage(stage);
    }
    const known = this.#states.get(stage.index);
    if (known !== undefined) return known;
    const reading = this.#read(stage, { stage, next: waiting });
    this.#states.set(stage.index, reading);
    return reading;
  }

  async #read(stage: Stage, waiting: Waiting): Promise<StageState> {
    // Each begins with an empty stack, however many wait for it.
    await undefined;
    const state = await this.#begin(stage, waiting).catch((error: unknown) => {
      throw atInstruction(this.#dockerfile, stage.from, error);
    });
    const context = this.#context(waiting);
    const onBuild = state.config.OnBuild ?? [];
    if (onBuild.length > 0) {
      const { OnBuild: _, ...config } = state.config;
      state.config = config;
      const triggers = triggersOf(onBuild);
      await readInstructions(context, state, triggers);
    }
    await readInstructions(context, state, stage.instructions);
    return state;
  }

  async #begin(stage: Stage, waiting: Waiting): Promise<StageState> {
    const base = expandGlobal(this.#dockerfile, stage.base, this.#globalArgs);
    if (base === "") throw blankBase(stage.base);
    const platform = this.#platformOf(stage);
    const choice = this.#choose(base, stage);
    // FROM is a step only where it brings files in.
    const step = choice.kind === "stage" || choice.kind === "scratch" ? 0 : 1;
    const steps = step + stage.instructions.filter(isStep).length;
    const begun = { stage, displayName: this.#displayName(stage), platform, step, steps, cmdSet: false };
    if (choice.kind === "stage") {
      const below = await this.read(choice.stage, waiting);
      const triggers = triggersOf(below.config.OnBuild ?? []).filter(isStep).length;
      return {
        ...below,
        ...begun,
        steps: steps + triggers,
        platform: below.platform,
        // What no other stage goes on from need not be copied: a chain of thousands would never end.
        ...(this.#isLoneBase(base) ? {} : copyOf(below)),
      };
    }
    const label = (triggers: number) => {
      const shown = { base, displayName: begun.displayName, steps: steps + triggers };
      return this.#baseLabel(stage, shown);
    };
    const { image, vertex } = await this.#base(choice, { platform, label });
    const inherited = image === "scratch" ? { WorkingDir: "/" } : (image.config.config ?? {});
    const { Env = [], Labels = {}, ...config } = withDefaultPath(inherited);
    return {
      ...begun,
      steps: steps + countTriggers(image),
      image,
      vertex,
      config,
      author: image === "scratch" ? undefined : image.config.author,
      environment: parseEnvironment(Env),
      configEnv: toConfigEnvironment(Env),
      labels: new Map(Object.entries(Labels)),
      args: [],
      history: [],
    };
  }

  async #base(
    choice: Exclude<BaseChoice, { readonly kind: "stage" }>,
    { platform, label }: { readonly platform: Platform; readonly label: (triggers: number) => VertexLabel },
  ): Promise<{ readonly image: Image | "scratch"; readonly vertex: VertexId }> {
    if (choice.kind === "scratch")
      return { image: "scratch", vertex: this.graph.add({ op: "scratch" }, HIDDEN) };
    const reference = choice.kind === "image" ? choice.reference : imageOf(choice.name, choice.context);
    if (reference === undefined && choice.kind === "context") {
      const from = this.graph.add({ op: "local", name: choice.name }, HIDDEN);
      const base = this.graph.add({ op: "scratch" }, HIDDEN);
      return { image: "scratch", vertex: this.graph.add(wholeTree(base, from), label(0)) };
    }
    const image = await this.#options.resolveImage(reference ?? "", platform);
    const definition = { op: "image", name: reference ?? "", image: image.id } as const;
    return { image, vertex: this.graph.add(definition, label(countTriggers(image))) };
  }

  #baseLabel(
    { range }: Stage,
    {
      base,
      displayName,
      steps,
    }: { readonly base: string; readonly displayName: string; readonly steps: number },
  ) {
    const stage = displayName === "" ? "" : `${displayName} `;
    return {
      name: `[${this.#platformPrefix}${stage}${placeOf(1, steps)}] FROM ${shownBase(base)}`,
      stage: displayName,
      step: 1,
      text: `FROM ${base}`,
      lines: [range.start.line, range.end.line] as const,
    };
  }

  #platformOf(stage: Stage): Platform {
    const text =
      stage.platform === undefined ? "" : expandGlobal(this.#dockerfile, stage.platform, this.#globalArgs);
    return text === "" ? this.#options.platform : parsePlatform(text);
  }

  #displayName(stage: Stage): string {
    return this.#dockerfile.stages.length > 1 ? (stage.name ?? `stage-${stage.index}`) : "";
  }

  /** True when no other FROM names it, nor may name it by a variable. */
  #isLoneBase(name: string): boolean {
    this.#bases ??= countBases(this.#dockerfile.stages);
    return this.#bases.get(name.toLowerCase()) === 1;
  }

  /** What a FROM means: named contexts come first, then earlier stages, then images. */
  #choose(base: string, stage: Stage): BaseChoice {
    const named = findNamedContext(this.#options.request.contexts, base);
    if (named !== undefined) return { kind: "context", ...named };
    const earlier = this.#dockerfile.stages.findLast(
      ({ name, index }) => index < stage.index && name === base.toLowerCase(),
    );
    if (earlier !== undefined) return { kind: "stage", stage: earlier };
    return base === "scratch" ? { kind: "scratch" } : imageChoice(base);
  }

  /** What `--from` means: named contexts, stages by name and index, then images. */
  #chooseSource(from: string, state: StageState): BaseChoice {
    const named = findNamedContext(this.#options.request.contexts, from);
    if (named !== undefined) return { kind: "context", ...named };
    const { stages } = this.#dockerfile;
    const wanted = from.toLowerCase();
    const found = stages.findLast(({ name, index }) => name === wanted && index < state.stage.index);
    const stage =
      found ?? stages[stageIndex(wanted, stages.length)] ?? stages.find(({ name }) => name === wanted);
    if (stage === undefined) {
      if (/^\d+$/.test(from)) throw noStageAt(from);
      return imageChoice(from);
    }
    if (stage.index === state.stage.index) throw circularStage(stage);
    if (stage.index > state.stage.index) throw stageDefinedLater(from, state.displayName);
    return { kind: "stage", stage };
  }

  #context(waiting: Waiting): StageContext {
    const { request } = this.#options;
    return {
      graph: this.graph,
      request,
      dockerfile: this.#dockerfile,
      globalArgs: this.#globalArgs,
      platformPrefix: this.#platformPrefix,
      source: (from, state) => this.#source(from, state, waiting),
      ignoresCache: ({ stage, displayName }) => {
        if (typeof request.noCache === "boolean") return request.noCache;
        return request.noCache.some((each) =>
          [stage.name, displayName, String(stage.index)].includes(each.toLowerCase()),
        );
      },
    };
  }

  async #source(from: string | undefined, state: StageState, waiting: Waiting): Promise<VertexId> {
    if (from === undefined) return this.graph.add({ op: "local", name: "context" }, CONTEXT);
    const choice = this.#chooseSource(from, state);
    if (choice.kind === "stage") return (await this.read(choice.stage, waiting)).vertex;
    const { platform } = state;
    if (choice.kind === "context" && imageOf(choice.name, choice.context) === undefined) {
      return this.graph.add(
        { op: "local", name: choice.name },
        { ...CONTEXT, name: `[context ${choice.name}] load from client` },
      );
    }
    const label = () => ({ ...HIDDEN, name: `FROM ${shownBase(from)}` });
    return (await this.#base(choice, { platform, label })).vertex;
  }
}

/** How often each word stands for a base; empty when one has a variable. */
function countBases(stages: readonly Stage[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { base } of stages) {
    if (base.includes("$")) return new Map();
    counts.set(base.toLowerCase(), (counts.get(base.toLowerCase()) ?? 0) + 1);
  }
  return counts;
}

/** Copies of what the instructions of a stage change in place. */
function copyOf({ environment, configEnv, labels, args, history }: StageState) {
  return {
    environment: new Map(environment),
    configEnv: toConfigEnvironment(configEnv.entries),
    labels: new Map(labels),
    args: [...args],
    history: [...history],
  };
}

const CONTEXT = { ...HIDDEN, name: "[internal] load build context" };

/** The reference under which a named context's image is resolved; undefined for a folder. */
function imageOf(name: string, context: NamedContext): string | undefined {
  if (context.kind === "image") return context.reference;
  return context.kind === "oci-layout" ? `oci-layout:${name}` : undefined;
}

function wholeTree(base: VertexId, from: VertexId) {
  return {
    op: "copy",
    base,
    sources: [{ from, paths: ["/"], unpack: "never" }],
    destination: "/",
    chown: "",
    chmod: "",
    link: false,
    parents: false,
    exclude: [],
  } as const;
}

function imageChoice(reference: string): BaseChoice {
  try {
    parseReference(reference);
  } catch (error) {
    throw badStageName(reference, error);
  }
  return { kind: "image", reference };
}

/** A base as BuildKit shows it: an image by its full name. */
function shownBase(base: string): string {
  try {
    return base === "scratch" ? base : formatReference(withDefaultTag(parseReference(base)));
  } catch {
    return base;
  }
}

/** How many steps an image adds to the stage that stands on it. */
function countTriggers(image: Image | "scratch"): number {
  const onBuild = image === "scratch" ? [] : (image.config.config?.OnBuild ?? []);
  return triggersOf(onBuild).filter(isStep).length;
}

function isStep({ kind }: { readonly kind: string }): boolean {
  return kind === "run" || kind === "copy" || kind === "add" || kind === "workdir";
}
