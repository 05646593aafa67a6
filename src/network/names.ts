import type { Store } from "../store/index.ts";

const DEFAULT_ROOT = "/var/lib/strake";

/** The device of the default bridge and the nftables table of one store; another root never touches those of the first. */
export interface HostNames {
  readonly bridge: string;
  readonly table: string;
}

/** `strake0` and `strake` for the default root; for another root, names with a hash of its path. */
export function toHostNames(store: Store): HostNames {
  if (store.root === DEFAULT_ROOT) return { bridge: "strake0", table: "strake" };
  const hash = new Bun.CryptoHasher("sha256").update(store.root).digest("hex").slice(0, 8);
  return { bridge: `strake${hash}`, table: `strake_${hash}` };
}
