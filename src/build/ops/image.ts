import { EngineError } from "../../base/index.ts";
import type { ImageDefinition, ScratchDefinition } from "../graph/definition.ts";
import type { Op } from "./op.ts";

/** The root file system of an image: its layers are in the store already. */
export const imageOp: Op<ImageDefinition> = {
  key: async () => undefined,
  execute: async ({ image, name }, { images, hold }) => {
    const found = images.get(image);
    if (found === undefined) throw new EngineError("notFound", `No such image: ${name}`);
    if (found.top !== undefined) hold(found.top);
    return { kind: "stack", top: found.top };
  },
};

/** The empty root file system. */
export const scratchOp: Op<ScratchDefinition> = {
  key: async () => undefined,
  execute: async () => ({ kind: "stack", top: undefined }),
};
