import { lutimesSync, mkdirSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../../base/index.ts";
import { AT_FDCWD, closeFd, isErrno, O_DIRECTORY, O_PATH, openAt, openIn } from "../../host/index.ts";
import type { GitDefinition } from "../graph/definition.ts";
import type { OpContext } from "../ops/op.ts";
import type { TreeResult } from "../result.ts";
import { type GitPlace, git, tryGit } from "./git-command.ts";
import { resolveCommit } from "./resolve-commit.ts";
import { findSource, keepSource, sourceKey } from "./source-cache.ts";

type GitContext = Pick<OpContext, "store" | "signal" | "workFolder" | "layers" | "useSource">;

/**
 * Brings the files of a commit here: those of its `subdir`, if it names one. What is here already is not fetched again.
 * Files have the time of the commit.
 */
export async function checkoutGit(definition: GitDefinition, context: GitContext): Promise<TreeResult> {
  const { signal, layers } = context;
  const { remote, keepGitDir, submodules, checksum, subdir } = definition;
  checkRemote(definition);
  const home = context.workFolder();
  const commit = await resolveCommit(definition, { home, signal });
  if (checksum !== undefined && !commit.startsWith(checksum)) {
    throw new EngineError("dataLoss", `expected checksum to match ${checksum}, got ${commit}`);
  }
  const key = sourceKey({ remote, commit, keepGitDir, submodules });
  let kept = findSource(context, key);
  if (kept === undefined) {
    const folder = join(home, "checkout");
    await fetchCommit(definition, commit, { home, cwd: folder, signal });
    kept = await keepSource(context, key, {
      folder,
      facts: { commit, description: withoutUser(remote) },
      size: layers.folderUsage(folder),
    });
  }
  return { kind: "tree", root: findSubdir(kept.folder, subdir), filter: undefined, live: false };
}

/** A URL without what lets its user in. */
function withoutUser(remote: string): string {
  return remote.replace(/^([a-z]+:\/\/)[^/@]*@/i, "$1");
}

/** What begins with a dash would be an option of git. */
function checkRemote({ remote, ref, checksum = "" }: GitDefinition): void {
  const bad = [remote, ref, checksum].find((word) => word.startsWith("-") || /[\0\n]/.test(word));
  if (bad !== undefined) {
    throw new EngineError("invalidArgument", `invalid git source: ${JSON.stringify(bad)}`);
  }
}

async function fetchCommit(
  { remote, ref, submodules, keepGitDir }: GitDefinition,
  commit: string,
  place: GitPlace & { readonly cwd: string },
): Promise<void> {
  mkdirSync(place.cwd, { mode: 0o755 });
  await git(["init", "--quiet"], place);
  const fetch = ["fetch", "--quiet", "--no-tags", "--depth=1", "--end-of-options", remote];
  const direct = await tryGit([...fetch, commit], place);
  // Not every server gives a commit that is asked for by its name.
  if (direct.exitCode !== 0 && ref !== "") await tryGit([...fetch, ref], place);
  const whole = ["fetch", "--quiet", "--end-of-options", remote, "+refs/*:refs/remotes/origin/*"];
  if (!(await has(commit, place))) await git(whole, place);
  await git(["checkout", "--quiet", "--detach", commit], place);
  const seconds = Number(await git(["show", "--no-patch", "--format=%ct", commit], place));
  if (submodules) {
    await git(["remote", "add", "origin", remote], place);
    await git(["submodule", "--quiet", "update", "--init", "--recursive", "--depth=1"], place);
  }
  if (!keepGitDir) rmSync(join(place.cwd, ".git"), { recursive: true });
  setTimes(place.cwd, seconds);
}

async function has(commit: string, place: GitPlace): Promise<boolean> {
  return (await tryGit(["cat-file", "-e", `${commit}^{commit}`], place)).exitCode === 0;
}

/** Nobody but this process has the folder, and links are not followed. */
function setTimes(folder: string, seconds: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setTimes(path, seconds);
    lutimesSync(path, seconds, seconds);
  }
}

/** The absolute path of a folder of the checkout; no link on the way leads out of it. */
function findSubdir(root: string, subdir: string): string {
  if (subdir === "") return root;
  const rootFd = openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  try {
    const fd = openIn(rootFd, subdir, O_PATH | O_DIRECTORY);
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } finally {
      closeFd(fd);
    }
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) throw error;
    throw new EngineError("notFound", `subdir not found or not a directory: ${subdir}`);
  } finally {
    closeFd(rootFd);
  }
}
