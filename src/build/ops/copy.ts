import { parseChmod } from "../../dockerfile/index.ts";
import { copyFiles } from "../files/copy-files.ts";
import { Destination } from "../files/destination.ts";
import { type Owner, resolveOwner } from "../files/owner.ts";
import { planLayer, rootAttributes } from "../files/plan-layer.ts";
import type { CopyDefinition } from "../graph/definition.ts";
import { copyIdentity, earlierCopy, rememberCopy } from "./copied-layers.ts";
import { listSources, selectSources } from "./copy-sources.ts";
import type { KeyParts, Op, OpContext } from "./op.ts";
import { latestTime } from "./source-date.ts";

/** COPY and ADD. */
export const copyOp: Op<CopyDefinition> = {
  async key(definition, context): Promise<KeyParts> {
    const { base, destination, chmod, link, parents, exclude, sources } = definition;
    const { top } = context.stack(base);
    const warn = (message: string): void =>
      context.log("stderr", Buffer.from(`warning: --chown: ${message}\n`));
    const owner = ownerOf(definition, context, warn);
    const latest = latestTime(context.request);
    return {
      // With --link the layer does not depend on what is below.
      ...(link ? {} : { parent: top ?? "" }),
      destination,
      ...(owner === undefined ? {} : { owner: `${owner.uid}:${owner.gid}` }),
      ...(chmod === "" ? {} : { chmod }),
      ...(link ? { link } : {}),
      ...(parents ? { parents } : {}),
      ...(exclude.length === 0 ? {} : { exclude }),
      unpack: sources.map(({ unpack }) => unpack),
      ...(latest === undefined ? {} : { latest }),
      ...(await listSources(definition, context)),
    };
  },

  async execute(definition, context) {
    const { layers, store, signal } = context;
    const parent = definition.link ? undefined : context.stack(definition.base).top;
    const selections = await selectSources(definition, context);
    const below = layers.view(parent);
    const destination = new Destination(below);
    const options = {
      destination: definition.destination,
      owner: ownerOf(definition, context),
      chmod: definition.chmod === "" ? undefined : parseChmod(definition.chmod),
    };
    for (const [at, selection] of selections.entries()) {
      copyFiles(destination, selection, { ...options, group: String(at) });
    }
    const plan = planLayer(destination, {
      root: rootAttributes(below),
      latest: latestTime(context.request),
    });
    const identity = copyIdentity(definition, context);
    const earlier = earlierCopy(store, layers, identity);
    try {
      const layer = await layers.assemble(
        {
          plan,
          parent,
          ...(earlier === undefined ? {} : { earlier: earlier.chainId }),
          onLayer: (chainId) => context.hold(chainId),
        },
        { signal },
      );
      rememberCopy(store, identity, layer.chainId);
      return { kind: "stack", top: layer.chainId };
    } finally {
      await earlier?.release();
    }
  },
};

function ownerOf(
  { chown, base }: CopyDefinition,
  { layers, stack }: OpContext,
  warn: (message: string) => void = () => undefined,
): Owner | undefined {
  if (chown === "") return undefined;
  return resolveOwner(chown, layers.view(stack(base).top), warn);
}
