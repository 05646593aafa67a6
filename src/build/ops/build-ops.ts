import type { BuildInputs } from "../context/open-inputs.ts";
import type { LocalDefinition } from "../graph/definition.ts";
import { copyOp } from "./copy.ts";
import { gitOp } from "./git.ts";
import { httpOp } from "./http.ts";
import { imageOp, scratchOp } from "./image.ts";
import { inlineOp } from "./inline.ts";
import type { Op } from "./op.ts";
import { createOpTable, type OpTable } from "./op-table.ts";
import { runOp } from "./run.ts";
import { workdirOp } from "./workdir.ts";

/** The contexts, each opened when a step first needs it. */
function localOp({ tree }: BuildInputs): Op<LocalDefinition> {
  return { key: async () => undefined, execute: ({ name }) => tree(name) };
}

/** The ops of a build whose contexts are open. */
export function createBuildOps(inputs: BuildInputs): OpTable {
  return createOpTable({
    image: imageOp,
    scratch: scratchOp,
    run: runOp,
    copy: copyOp,
    workdir: workdirOp,
    local: localOp(inputs),
    http: httpOp,
    git: gitOp,
    inline: inlineOp,
  });
}
