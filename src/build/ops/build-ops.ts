import { EngineError } from "../../base/index.ts";
import { type BuildInputs, noTree } from "../context/open-inputs.ts";
import type { LocalDefinition } from "../graph/definition.ts";
import { copyOp } from "./copy.ts";
import { imageOp, scratchOp } from "./image.ts";
import type { Op } from "./op.ts";
import { createOpTable, type OpTable } from "./op-table.ts";
import { runOp } from "./run.ts";

const refused = {
  key: async () => undefined,
  execute: async () => {
    throw new EngineError("notImplemented", "steps that copy files are not supported");
  },
};

/** The contexts, opened when the build began. */
function localOp({ trees }: BuildInputs): Op<LocalDefinition> {
  return {
    key: async () => undefined,
    execute: async ({ name }) => {
      const tree = trees.get(name);
      if (tree === undefined) throw noTree(name);
      return tree;
    },
  };
}

/** The ops of a build whose contexts are open. */
export function createBuildOps(inputs: BuildInputs): OpTable {
  return createOpTable({
    image: imageOp,
    scratch: scratchOp,
    run: runOp,
    copy: copyOp,
    workdir: refused,
    local: localOp(inputs),
    http: refused,
    git: refused,
    inline: refused,
  });
}
