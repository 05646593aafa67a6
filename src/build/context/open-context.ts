import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { errnoOf } from "../../base/index.ts";
import { isGitSource, parseGitSource } from "../frontend/git-source.ts";
import type { ContextSource } from "../request.ts";
import type { TreeFilter, TreeResult } from "../result.ts";
import type { Session } from "../solve/session.ts";
import { badContext } from "./errors.ts";

/** A context whose files are here. */
export interface OpenedContext {
  /** Names it, the same from build to build. */
  readonly name: string;
  readonly tree: TreeResult;
  /** The text of a lone Dockerfile that came in place of files. */
  readonly dockerfile?: string;
}

/** Brings the files of a context onto this machine, where they are not here yet: into a work folder of the build. */
export async function openContext(source: ContextSource, session: Session): Promise<OpenedContext> {
  if (source.kind === "folder") return openFolder(source.path);
  if (source.kind === "stream") {
    const { openStream } = await import("./open-stream.ts");
    return await openStream({ name: "-", stream: Bun.file(source.fd).stream() }, session);
  }
  const url = /^github\.com\//.test(source.url) ? `https://${source.url}` : source.url;
  if (isGitSource(url) || url !== source.url) {
    const { checkoutGit } = await import("../sources/checkout-git.ts");
    return { name: source.url, tree: await checkoutGit(parseGitSource(url), session) };
  }
  const { openUrl } = await import("./open-url.ts");
  return await openUrl(url, session);
}

/** The tree without what a filter takes away. */
export function withFilter(tree: TreeResult, filter: TreeFilter | undefined): TreeResult {
  return { ...tree, filter };
}

function openFolder(path: string): OpenedContext {
  try {
    const root = realpathSync(resolve(path));
    if (!statSync(root).isDirectory()) throw badContext(path, `path "${path}" is not a directory`);
    return { name: root, tree: { kind: "tree", root, filter: undefined, live: true } };
  } catch (error) {
    if (errnoOf(error) === "ENOENT") throw badContext(path, `path "${path}" not found`);
    throw error;
  }
}
