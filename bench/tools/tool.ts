import type { Command } from "../measure/run-command.ts";

/** The tools that are compared. */
export const TOOL_NAMES = ["strake", "docker", "podman", "buildah"] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

/** A tool that was found on this machine. */
export interface Tool {
  readonly name: ToolName;
  /** What its `--version` and its engine say. */
  readonly version: string;
  /** The words that the tool itself is called through, such as a namespace's enter command; empty for none. */
  readonly wrapper: readonly string[];
  /** A command line of the tool. */
  command(...args: readonly string[]): Command;
  /** A path of the bench as the tool sees it. */
  path(path: string): string;
  /** Processes that work for the tool and are no children of its commands. */
  readonly daemons: readonly number[];
}

/** Splits the words of an environment variable at what names the tool: what comes before is its wrapper. */
export function splitWrapper(words: readonly string[], name: string): readonly string[] {
  const at = words.findLastIndex((word) => word === name || word.endsWith(`/${name}`));
  return words.slice(0, Math.max(0, at));
}

/** A path as a program sees it whose root is the folder `root`. Throws when the path lies outside. */
export function pathWithin(path: string, root: string | undefined): string {
  if (root === undefined || root === "/") return path;
  if (!path.startsWith(`${root}/`)) {
    throw new Error(`"${path}" is not in "${root}" (BENCH_PODMAN_ROOT): set BENCH_TMP to a folder in it`);
  }
  return path.slice(root.length);
}
