import { posix } from "node:path";
import { toByteString } from "../../archive/index.ts";
import { sourceDateEpoch } from "../epoch.ts";
import { madeFolder } from "../files/copy-files.ts";
import { Destination } from "../files/destination.ts";
import { resolveOwner } from "../files/owner.ts";
import { planLayer, rootAttributes } from "../files/plan-layer.ts";
import type { WorkdirDefinition } from "../graph/definition.ts";
import type { Op, OpContext } from "./op.ts";

/** WORKDIR: makes the folder, for the user in force, if it is not there. */
export const workdirOp: Op<WorkdirDefinition> = {
  async key({ base, path, user }, context) {
    const owner = ownerOf({ base, user }, context);
    return { parent: context.stack(base).top ?? "", path, owner: `${owner.uid}:${owner.gid}` };
  },

  async execute({ base, path, user }, context) {
    const { layers, signal, request, hold } = context;
    const parent = context.stack(base).top;
    const below = layers.view(parent);
    const target = new Destination(below);
    const made = madeFolder({ owner: ownerOf({ base, user }, context), chmod: undefined });
    target.makeFolders(target.resolve(toByteString(posix.resolve("/", path))), made);
    const plan = planLayer(target, {
      root: rootAttributes(below),
      latest: sourceDateEpoch(request),
      now: Math.floor(Date.now() / 1000),
    });
    const layer = await layers.assemble({ plan, parent, onLayer: hold }, { signal });
    return { kind: "stack", top: layer.chainId };
  },
};

function ownerOf({ base, user }: Pick<WorkdirDefinition, "base" | "user">, { layers, stack }: OpContext) {
  const root = layers.view(stack(base).top);
  return resolveOwner(user, root, () => undefined) ?? { uid: 0, gid: 0 };
}
