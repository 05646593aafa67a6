import type { ChainId } from "../oci/index.ts";

/** Tells which files of a tree are no part of it. Paths are relative, without a slash at either end. */
export interface TreeFilter {
  excludes(path: string): boolean;
  /** True when the folder is excluded and nothing below it can be part of the tree: no need to look. */
  excludesAllBelow(folder: string): boolean;
}

/** Files of this machine that steps read: a context, a checkout, a download. */
export interface TreeResult {
  readonly kind: "tree";
  /** Absolute host path of its root. Nothing below it is trusted: paths are resolved inside it. */
  readonly root: string;
  readonly filter: TreeFilter | undefined;
  /** True for folders of the user, whose files may change between builds and while one runs. */
  readonly live: boolean;
}

/** A root file system in the store. */
export interface StackResult {
  readonly kind: "stack";
  /** `undefined` for the empty one. */
  readonly top: ChainId | undefined;
}

/** What a vertex gives to those that need it. */
export type Result = StackResult | TreeResult;
