import type { IgnoreMatcher } from "../../dockerfile/index.ts";
import type { BuildRequest } from "../request.ts";
import type { TreeResult } from "../result.ts";
import type { Session } from "../solve/session.ts";
import { showWork } from "../solve/show-work.ts";
import { noContext } from "./errors.ts";
import { readIgnoreFile } from "./ignore-file.ts";
import { type OpenedContext, openContext, withFilter } from "./open-context.ts";
import { type ReadDockerfile, readDockerfile, shownName } from "./read-dockerfile.ts";

/** The files that a build reads: its contexts, and the Dockerfile among them. */
export interface BuildInputs {
  readonly dockerfile: ReadDockerfile;
  /** Names what is built, the same from build to build. */
  readonly project: string;
  /** What the build context leaves out; undefined when that is nothing. */
  readonly ignored: IgnoreMatcher | undefined;
  /** Opens a context, when it is first asked for: `context`, or a named one. Throws `notFound`. */
  tree(name: string): Promise<TreeResult>;
  close(): Promise<void>;
}

/** The step of the progress that reads the Dockerfile. */
export function definitionVertex({ dockerfile }: Pick<BuildRequest, "dockerfile">): string {
  return `[internal] load build definition from ${shownName(dockerfile)}`;
}

/** Opens the build context, if there is one, and reads the Dockerfile. */
export async function openInputs(session: Session): Promise<BuildInputs> {
  const { request } = session;
  const context = request.context === undefined ? undefined : await openMain(session);
  const dockerfile = await showWork(session, definitionVertex(request), async (status) => {
    const read = readDockerfile(request.dockerfile, context);
    status("transferring dockerfile:", Buffer.byteLength(read.text));
    return read;
  });
  const ignored = context === undefined ? undefined : readIgnoreFile(context.tree, request.dockerfile);
  const trees = new Map<string, Promise<TreeResult>>();
  const open = async (name: string): Promise<TreeResult> => {
    if (name === "context" && context !== undefined) {
      return await showWork(session, "[internal] load .dockerignore", async () =>
        withFilter(context.tree, ignored),
      );
    }
    return await openNamed(session, name);
  };
  return {
    dockerfile,
    ignored,
    project: context?.name ?? "",
    tree: (name) => {
      const tree = trees.get(name) ?? open(name);
      trees.set(name, tree);
      return tree;
    },
    close: async () => undefined,
  };
}

async function openMain(session: Session): Promise<OpenedContext> {
  const { context } = session.request;
  if (context === undefined) throw noContext("context");
  if (context.kind === "folder") return await openContext(context, session);
  return await showWork(session, "[internal] load build context", () => openContext(context, session));
}

async function openNamed(session: Session, name: string): Promise<TreeResult> {
  const source = session.request.contexts[name];
  if (source === undefined || source.kind === "image" || source.kind === "oci-layout") throw noContext(name);
  const { tree } = await openContext(source, session);
  return withFilter(tree, readIgnoreFile(tree, undefined));
}
