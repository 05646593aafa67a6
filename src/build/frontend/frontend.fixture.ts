import { EngineError } from "../../base/index.ts";
import { parseDockerfile } from "../../dockerfile/index.ts";
import type { Image } from "../../image/index.ts";
import { digestOf, type ExecutionConfig, type Platform } from "../../oci/index.ts";
import type { BuildRequest } from "../request.ts";
import { EMPTY_REQUEST } from "../solve/solver.fixture.ts";
import { readTarget } from "./frontend.ts";
import type { Target } from "./target.ts";

export const AMD64: Platform = { os: "linux", architecture: "amd64" };

/** Images by name, each with a configuration. */
export type TestImages = Readonly<Record<string, ExecutionConfig>>;

/** Reads a Dockerfile whose base images are these. */
export async function readText(
  text: string,
  request: Partial<BuildRequest> = {},
  images: TestImages = { base: {} },
): Promise<Target> {
  return await readTarget(parseDockerfile(text, { fileName: "Dockerfile" }), {
    request: { ...EMPTY_REQUEST, ...request },
    platform: AMD64,
    buildPlatform: AMD64,
    several: false,
    resolveImage: async (name) => {
      const config = images[name];
      if (config === undefined) throw new EngineError("notFound", `No such image: ${name}:latest`);
      return toImage(name, config);
    },
  });
}

function toImage(name: string, config: ExecutionConfig): Image {
  return {
    id: digestOf(Buffer.from(name)),
    config: { ...AMD64, config, rootfs: { type: "layers", diff_ids: [] } },
    configBytes: Buffer.from(name),
    size: 0,
    parent: undefined,
    top: undefined,
  };
}

/** The steps of a target as they are shown, in their order. */
export function shownSteps({ table }: Target): string[] {
  return [...table.values()].map(({ label }) => label.name).filter((name) => name !== "");
}

/** The definitions of one kind, in their order. */
export function definitionsOf<K extends string>({ table }: Target, op: K) {
  return [...table.values()].flatMap(({ definition }) => (definition.op === op ? [definition] : []));
}

/** The lines of history that a target adds; those with a layer are marked. */
export function historyOf({ history }: Target): string[] {
  return history.map(({ createdBy, vertex }) => `${vertex === undefined ? " " : "+"} ${createdBy}`);
}
