import { createHash } from "node:crypto";
import type { ChainId } from "../../oci/index.ts";
import type { LayerPlan } from "../../snapshot/index.ts";
import { type Owner, resolveOwner } from "../files/owner.ts";
import { canPlaceOn } from "../files/place-on.ts";
import type { CopyDefinition } from "../graph/definition.ts";
import { canonicalJson } from "../graph/vertex.ts";
import { copyIdentity, earlierLayer, rememberLayer } from "./copied-layers.ts";
import { planCopy } from "./copy-plan.ts";
import { listSources } from "./copy-sources.ts";
import type { KeyParts, Op, OpContext } from "./op.ts";

/** COPY and ADD. */
export const copyOp: Op<CopyDefinition> = {
  async key(definition, context) {
    const warn = (message: string): void =>
      context.log("stderr", Buffer.from(`warning: --chown: ${message}\n`));
    const owner = ownerOf(definition, context, warn);
    const { top } = context.stack(definition.base);
    return { parent: top ?? "", ...(await contentParts(definition, context, owner)) };
  },

  async execute(definition, context) {
    const owner = ownerOf(definition, context);
    const linked = definition.link ? await linkCopy(definition, context, owner) : undefined;
    if (linked !== undefined) return { kind: "stack", top: linked };
    const below = context.layers.view(context.stack(definition.base).top);
    const plan = await planCopy(definition, context, { below, owner });
    return { kind: "stack", top: await assemble(definition, context, plan) };
  },
};

/** All that decides the files of the layer, but for what they are copied onto. */
async function contentParts(
  definition: CopyDefinition,
  context: OpContext,
  owner: Owner | undefined,
): Promise<KeyParts> {
  const { destination, chmod, link, parents, exclude, sources } = definition;
  return {
    destination,
    ...(owner === undefined ? {} : { owner: `${owner.uid}:${owner.gid}` }),
    ...(chmod === "" ? {} : { chmod }),
    ...(link ? { link } : {}),
    ...(parents ? { parents } : {}),
    ...(exclude.length === 0 ? {} : { exclude }),
    unpack: sources.map(({ unpack }) => unpack),
    ...(await listSources(definition, context)),
  };
}

/**
 * Makes the layer of a copy that does not look at what is below it, or puts the one that is there already onto the
 * base. Undefined when that would not look the same as copying onto the base: then there is nothing to be won.
 */
async function linkCopy(
  definition: CopyDefinition,
  context: OpContext,
  owner: Owner | undefined,
): Promise<ChainId | undefined> {
  const { layers, signal } = context;
  const parent = context.stack(definition.base).top;
  const base = layers.view(parent);
  const plan = await planCopy(definition, context, { below: layers.view(undefined), owner, base });
  if (!canPlaceOn(base, plan)) return undefined;
  const parts = canonicalJson(await contentParts(definition, context, owner));
  const identity = createHash("sha256").update(`link:${parts}`).digest("hex");
  const known = await earlierLayer(context, identity);
  try {
    const top =
      known === undefined
        ? await assemble(definition, context, plan)
        : (await layers.restack({ chainId: known.chainId, parent, onLayer: context.hold }, { signal }))
            .chainId;
    rememberLayer(context, identity, top);
    return top;
  } finally {
    await known?.release();
  }
}

async function assemble(definition: CopyDefinition, context: OpContext, plan: LayerPlan): Promise<ChainId> {
  const { layers, signal } = context;
  const identity = copyIdentity(definition, context);
  const earlier = await earlierLayer(context, identity);
  try {
    const { chainId } = await layers.assemble(
      {
        plan,
        parent: context.stack(definition.base).top,
        ...(earlier === undefined ? {} : { earlier: earlier.chainId }),
        onLayer: context.hold,
      },
      { signal },
    );
    rememberLayer(context, identity, chainId);
    return chainId;
  } finally {
    await earlier?.release();
  }
}

function ownerOf(
  { chown, base }: CopyDefinition,
  { layers, stack }: OpContext,
  warn: (message: string) => void = () => undefined,
): Owner | undefined {
  if (chown === "") return undefined;
  return resolveOwner(chown, layers.view(stack(base).top), warn);
}
