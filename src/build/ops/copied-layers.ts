import { createHash } from "node:crypto";
import type { ChainId } from "../../oci/index.ts";
import type { CopyDefinition } from "../graph/definition.ts";
import { canonicalJson } from "../graph/vertex.ts";
import type { OpContext } from "./op.ts";

/** A layer of an earlier build, kept from being collected until it is released. */
export interface EarlierLayer {
  readonly chainId: ChainId;
  release(): Promise<void>;
}

/** What stays the same of a COPY from build to build: where it copies from and to, and how; not what it finds there. */
export function copyIdentity(definition: CopyDefinition, { input }: OpContext): string {
  const { destination, chown, chmod, link, parents, exclude } = definition;
  const sources = definition.sources.map(({ from, paths, unpack }) => {
    const result = input(from);
    return { paths, unpack, root: result.kind === "tree" && result.live ? result.root : "" };
  });
  const text = canonicalJson({ destination, chown, chmod, link, parents, exclude, sources });
  return createHash("sha256").update(text).digest("hex");
}

/** The layer that was remembered under a name, if it is still there. */
export async function earlierLayer(
  { store, layers }: OpContext,
  identity: string,
): Promise<EarlierLayer | undefined> {
  const row = store.row<{ chain_id: string }>("SELECT chain_id FROM copied_layers WHERE copy = ?", identity);
  if (row === undefined) return undefined;
  const chainId = row.chain_id as ChainId;
  const hold = layers.hold(chainId);
  const release = async (): Promise<void> => {
    await layers.release(hold);
  };
  if (layers.get(chainId) !== undefined) return { chainId, release };
  await release();
  return undefined;
}

/** Remembers a layer, and forgets those that are gone. */
export function rememberLayer({ store }: OpContext, identity: string, chainId: ChainId): void {
  store.transaction(() => {
    store.change("DELETE FROM copied_layers WHERE chain_id NOT IN (SELECT chain_id FROM layers)");
    store.change(
      "INSERT INTO copied_layers(copy, chain_id) VALUES (?,?) ON CONFLICT(copy) DO UPDATE SET chain_id = excluded.chain_id",
      identity,
      chainId,
    );
  });
}
