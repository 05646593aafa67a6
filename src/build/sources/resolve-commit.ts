import { EngineError } from "../../base/index.ts";
import type { GitDefinition } from "../graph/definition.ts";
import { type GitPlace, git } from "./git-command.ts";

const COMMIT = /^[0-9a-f]{40}$/;

/** Finds the commit that a git source names, by asking the server unless it is named in full. Throws `notFound`. */
export async function resolveCommit({ remote, ref }: GitDefinition, place: GitPlace): Promise<string> {
  if (COMMIT.test(ref)) return ref;
  const listing = await git(["ls-remote", "--end-of-options", remote], place);
  const refs = new Map(
    listing.split("\n").flatMap((line) => {
      const [commit = "", name = ""] = line.split("\t");
      return COMMIT.test(commit) ? [[name, commit] as const] : [];
    }),
  );
  const names = ref === "" ? ["HEAD"] : candidates(ref);
  const found = names.find((name) => refs.has(name));
  const commit = found === undefined ? byPrefix(ref, refs.values()) : refs.get(found);
  if (commit === undefined) {
    throw new EngineError("notFound", `repository does not contain ref ${ref || "HEAD"}`);
  }
  return commit;
}

/** A branch comes before a tag of the same name; of an annotated tag its commit is meant. */
function candidates(ref: string): string[] {
  return [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`, `${ref}^{}`, ref];
}

/** A commit that a branch or tag points to may be named by its beginning. */
function byPrefix(ref: string, commits: Iterable<string>): string | undefined {
  if (!/^[0-9a-f]{7,39}$/.test(ref)) return undefined;
  for (const commit of commits) if (commit.startsWith(ref)) return commit;
  return undefined;
}
