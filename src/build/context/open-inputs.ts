import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../../base/index.ts";
import type { DockerfileText } from "../report.ts";
import type { TreeResult } from "../result.ts";
import type { Session } from "../solve/session.ts";
import { showWork } from "../solve/show-work.ts";

/** The files that a build reads: its contexts, and the Dockerfile among them. */
export interface BuildInputs {
  readonly dockerfile: DockerfileText;
  readonly trees: ReadonlyMap<string, TreeResult>;
  /** Names what is built, the same from build to build. */
  readonly project: string;
  close(): Promise<void>;
}

export async function openInputs(session: Session): Promise<BuildInputs> {
  const { request } = session;
  const root = request.context?.kind === "folder" ? request.context.path : undefined;
  const text = await showWork(session, "[internal] load build definition from Dockerfile", async () => {
    if (request.dockerfile.kind === "text") return request.dockerfile.text;
    const path =
      request.dockerfile.kind === "file"
        ? request.dockerfile.path
        : join(root ?? "", request.dockerfile.path);
    return readFileSync(path, "utf8");
  });
  const trees = new Map<string, TreeResult>();
  if (root !== undefined) trees.set("context", { kind: "tree", root, filter: undefined, live: true });
  return { dockerfile: { name: "Dockerfile", text }, trees, project: root ?? "text", close: async () => {} };
}

export function noTree(name: string): EngineError {
  return new EngineError("notFound", `no build context ${name}`);
}
