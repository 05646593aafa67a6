import { basename, dirname } from "node:path";
import { CommandFailed } from "../../../command.ts";

/** What is copied: a path and what is there. */
export interface CopySource {
  /** The name that the copy has by default. */
  readonly name: string;
  readonly isFolder: boolean;
  /** The path ended in `/.`: what is in the folder, not the folder itself. */
  readonly contents: boolean;
}

/** Where it goes. `path` is as typed. */
export interface CopyTarget {
  readonly path: string;
  readonly kind: "folder" | "other" | "missing";
}

/** The folder to unpack into, and the name that the source's top gets there; `.` spreads its contents. */
export interface CopyPlan {
  readonly folder: string;
  readonly name: string;
}

/** Docker's rules of `cp`. Throws {@link CommandFailed} with Docker's texts. */
export function planCopy(source: CopySource, target: CopyTarget): CopyPlan {
  if (target.kind === "folder") {
    return { folder: target.path, name: source.contents ? "." : source.name };
  }
  const wantsFolder = /\/\.?$/.test(target.path);
  if (target.kind === "other") {
    if (wantsFolder) throw new CommandFailed(1, "not a directory");
    if (source.isFolder) throw new CommandFailed(1, "cannot copy directory");
  } else if (wantsFolder && !source.isFolder) {
    throw new CommandFailed(1, "no such directory");
  }
  const path = target.path.replace(/\/\.?$/, "");
  return { folder: dirname(path), name: basename(path) };
}

/** A path split into itself without its ending, and what the ending asks for. */
export function splitEnding(path: string): {
  readonly path: string;
  readonly contents: boolean;
  readonly wantsFolder: boolean;
} {
  const contents = path === "." || path === "/" || path.endsWith("/.");
  const wantsFolder = contents || path.endsWith("/");
  const bare = path.replace(/(\/+\.?)+$/, "");
  return { path: bare === "" ? "/" : bare, contents, wantsFolder };
}

/** Splits `container:path`; a local path that has a colon begins with `/` or `.`. */
export function splitOperand(text: string): { readonly container: string; readonly path: string } {
  const colon = text.indexOf(":");
  if (text.startsWith("/") || text.startsWith(".") || colon < 0) return { container: "", path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}
