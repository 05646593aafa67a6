import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../../base/index.ts";
import type { InlineDefinition } from "../graph/definition.ts";
import type { Op } from "./op.ts";

/** Files of heredocs: a work folder that holds them. */
export const inlineOp: Op<InlineDefinition> = {
  key: async () => undefined,
  async execute({ files }, context) {
    const root = context.workFolder();
    for (const { name, content, mode } of files) {
      if (name === "." || name === ".." || /[/\0]/.test(name) || name === "") throw badName(name);
      const path = join(root, name);
      writeFileSync(path, content);
      chmodSync(path, mode);
    }
    return { kind: "tree", root, filter: undefined, live: false };
  },
};

function badName(name: string): EngineError {
  return new EngineError("invalidArgument", `invalid name of a heredoc file: ${JSON.stringify(name)}`);
}
