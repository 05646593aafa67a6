import { EngineError } from "../../base/index.ts";
import type { GitDefinition } from "../graph/definition.ts";

const SCHEMES = /^(?:git|ssh):\/\//;
const WEB = /^https?:\/\/[^?#]+\.git(?=[?#]|$)/;
const SCP_LIKE = /^[A-Za-z0-9._-]+@[A-Za-z0-9._-]+:[^?#]/;

/** True for what ADD and contexts take for a git repository. */
export function isGitSource(source: string): boolean {
  return SCHEMES.test(source) || WEB.test(source) || SCP_LIKE.test(source);
}

/**
 * Reads `REMOTE[?query][#ref[:subdir]]`. The query may have `ref`, `tag`, `branch`, `commit`, `checksum`, `subdir`,
 * `keep-git-dir` and `submodules`. Throws `invalidArgument` for other keys.
 */
export function parseGitSource(source: string): GitDefinition {
  const [beforeHash = "", fragment = ""] = splitOnce(source, "#");
  const [remote = "", query = ""] = splitOnce(beforeHash, "?");
  const [fragmentRef = "", fragmentSubdir = ""] = splitOnce(fragment, ":");
  const options = new URLSearchParams(query);
  checkKeys(source, options);
  const commit = options.get("commit") ?? options.get("checksum") ?? undefined;
  const ref = options.get("ref") ?? options.get("tag") ?? options.get("branch") ?? fragmentRef;
  return {
    op: "git",
    remote,
    ref: ref !== "" ? ref : (commit ?? ""),
    subdir: options.get("subdir") ?? fragmentSubdir,
    keepGitDir: isTrue(options.get("keep-git-dir")),
    checksum: commit,
    submodules: options.get("submodules") === null || isTrue(options.get("submodules")),
  };
}

const KEYS = ["ref", "tag", "branch", "commit", "checksum", "subdir", "keep-git-dir", "submodules"];

function checkKeys(source: string, options: URLSearchParams): void {
  for (const key of options.keys()) {
    if (KEYS.includes(key)) continue;
    throw new EngineError(
      "invalidArgument",
      `unexpected query ${JSON.stringify(key)} in git source ${source}`,
    );
  }
}

function isTrue(value: string | null): boolean {
  return value === "" || value === "1" || value === "true";
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
