import type { GitDefinition } from "../graph/definition.ts";
import { checkoutGit } from "../sources/checkout-git.ts";
import type { Op } from "./op.ts";

/** ADD of a git repository: a folder with a commit's files. */
export const gitOp: Op<GitDefinition> = {
  key: async () => undefined,
  execute: (definition, context) => checkoutGit(definition, context),
};
