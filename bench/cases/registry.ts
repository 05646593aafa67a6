import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TRANSFER_TAG } from "../inputs/create-inputs.ts";
import type { Tool } from "../tools/tool.ts";
import type { Case, CaseContext, Trial } from "./case.ts";
import { call, callAtEnd, engines } from "./steps.ts";

/** Images to and from a registry on the loopback. */
export const registryCases: readonly Case[] = [
  {
    name: "pull",
    title: "`pull` of an image of 355 MB and 10,000 files in three layers",
    writes: true,
    trials: (tools, context) => {
      const registry = createRegistry(context);
      return engines(tools).map((tool) => pullTrial(tool, context, { registry, again: false }));
    },
  },
  {
    name: "pull-again",
    title: "`pull` of that image when it is there",
    trials: (tools, context) => {
      const registry = createRegistry(context);
      return engines(tools).map((tool) => pullTrial(tool, context, { registry, again: true }));
    },
  },
  {
    name: "push",
    title: "`push` of that image to an empty registry",
    trials: (tools, context) => {
      const registry = createRegistry(context);
      return engines(tools).map((tool) => pushTrial(tool, context, registry));
    },
  },
];

/** Debian's `docker-registry`, started by the first that needs it. */
interface BenchRegistry {
  start(): Promise<void>;
  /** What the tool calls the image there. */
  image(tool: Tool): string;
  /** Removes all content. */
  empty(): void;
}

function pullTrial(
  tool: Tool,
  context: CaseContext,
  { registry, again }: { readonly registry: BenchRegistry; readonly again: boolean },
): Trial {
  const remove = async () => {
    await call(tool, context, "rmi", "-f", registry.image(tool));
  };
  return {
    label: tool.name,
    tool,
    setUp: async () => {
      await prepare(tool, context, registry);
      await call(tool, context, "push", ...insecure(tool), registry.image(tool));
      await call(tool, context, "rmi", "-f", TRANSFER_TAG, registry.image(tool));
      if (again) await call(tool, context, "pull", ...insecure(tool), registry.image(tool));
    },
    get command() {
      return tool.command("pull", ...insecure(tool), registry.image(tool));
    },
    ...(again ? {} : { after: remove }),
  };
}

function pushTrial(tool: Tool, context: CaseContext, registry: BenchRegistry): Trial {
  return {
    label: tool.name,
    tool,
    setUp: () => prepare(tool, context, registry),
    before: async () => registry.empty(),
    get command() {
      return tool.command("push", ...insecure(tool), registry.image(tool));
    },
  };
}

async function prepare(tool: Tool, context: CaseContext, registry: BenchRegistry): Promise<void> {
  await registry.start();
  callAtEnd(tool, context, "rmi", "-f", TRANSFER_TAG, registry.image(tool));
  await call(tool, context, "load", "-i", tool.path(context.inputs.transfer()));
  await call(tool, context, "tag", TRANSFER_TAG, registry.image(tool));
}

/** Podman has to be told that the loopback needs no TLS. */
function insecure(tool: Tool): readonly string[] {
  return tool.name === "podman" ? ["--tls-verify=false"] : [];
}

function createRegistry(context: CaseContext): BenchRegistry {
  const folder = join(context.folder, "registry");
  const storage = join(folder, "data");
  let host: Promise<string> | undefined;
  let known = "";
  const launch = async (): Promise<string> => {
    mkdirSync(storage, { recursive: true });
    const config = join(folder, "config.json");
    writeFileSync(config, JSON.stringify(toConfig(storage)));
    const words = (process.env.BENCH_REGISTRY ?? "docker-registry").split(/\s+/);
    const child = Bun.spawn([...words, "serve", config], {
      env: { PATH: process.env.PATH ?? "", OTEL_TRACES_EXPORTER: "none" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    context.cleanup.defer(async () => {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    });
    return await listeningAddress(child.stderr);
  };
  return {
    start: async () => {
      host ??= launch();
      known = await host;
    },
    image: (tool) => `${known}/strake-bench/${tool.name}:1`,
    empty: () => rmSync(join(storage, "docker"), { recursive: true, force: true }),
  };
}

function toConfig(storage: string): object {
  return {
    version: 0.1,
    log: { level: "info", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0" },
  };
}

function listeningAddress(log: ReadableStream<Uint8Array>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const follow = async (): Promise<void> => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of log) {
      text = (text + decoder.decode(chunk, { stream: true })).slice(-10_000);
      const [, host] = /listening on (127\.0\.0\.1:\d+)/.exec(text) ?? [];
      if (host !== undefined) resolve(host);
    }
    reject(new Error(`the registry ended: ${text}`));
  };
  void follow();
  return promise;
}
