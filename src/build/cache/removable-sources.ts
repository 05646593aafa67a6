import type { RoomContext } from "../room-context.ts";
import { forgetSource, listSources, removeSource, type SourceRow } from "../sources/source-cache.ts";
import type { Removable } from "./prune.ts";

/** Downloads and checkouts as things to remove. */
export function removableSources({ store }: RoomContext): Removable[] {
  return listSources(store).map((row) => ({
    record: toRecord(row),
    remove: () => removeSource(store, row),
    forget: () => ({ freed: row.size, folders: [forgetSource(store, row)] }),
  }));
}

function toRecord({ key, facts, size, used }: SourceRow): Removable["record"] {
  const { commit, description = "" } = JSON.parse(facts) as Readonly<Record<string, string>>;
  return {
    id: key.slice(0, 25),
    parents: [],
    createdAt: used,
    lastUsedAt: used,
    usageCount: 1,
    mutable: false,
    reclaimable: true,
    shared: false,
    size,
    description: commit === undefined ? description : `git snapshot for ${description}#${commit}`,
    type: commit === undefined ? "regular" : "source.git.checkout",
  };
}
