import { EngineError } from "../base/index.ts";
import type { Store } from "../store/index.ts";
import type { NetworkRecord } from "./types.ts";

interface Row {
  readonly record: string;
}

export function insertNetwork(store: Store, network: NetworkRecord): void {
  const { id, name } = network;
  store.change("INSERT INTO networks(id, name, record) VALUES (?,?,?)", id, name, JSON.stringify(network));
}

export function deleteNetwork(store: Store, id: string): void {
  store.change("DELETE FROM networks WHERE id = ?", id);
}

export function updateNetwork(store: Store, network: NetworkRecord): void {
  store.change("UPDATE networks SET record = ? WHERE id = ?", JSON.stringify(network), network.id);
}

/** All networks, by name. */
export function listNetworks(store: Store): NetworkRecord[] {
  return store.rows<Row>("SELECT record FROM networks ORDER BY name").map(toNetwork);
}

export function findByName(store: Store, name: string): NetworkRecord | undefined {
  const row = store.row<Row>("SELECT record FROM networks WHERE name = ?", name);
  return row === undefined ? undefined : toNetwork(row);
}

/** The network with this name, else the one with this ID, else the only one whose ID starts so. */
export function findNetwork(store: Store, nameOrId: string): NetworkRecord | undefined {
  const exact =
    store.row<Row>("SELECT record FROM networks WHERE name = ?", nameOrId) ??
    store.row<Row>("SELECT record FROM networks WHERE id = ?", nameOrId);
  if (exact !== undefined) return toNetwork(exact);
  if (!/^[\da-f]+$/.test(nameOrId)) return undefined;
  const found = store.rows<Row>("SELECT record FROM networks WHERE id GLOB ? LIMIT 2", `${nameOrId}*`);
  if (found.length > 1) {
    throw new EngineError(
      "invalidArgument",
      `network ${nameOrId} is ambiguous (${found.length} matches found based on ID prefix)`,
    );
  }
  return found.map(toNetwork)[0];
}

/** What a network has that was recorded before there were others. */
const OLDER = { scope: "local", ipv4: true, ipv6: false, configOnly: false, configFrom: "" } as const;

function toNetwork({ record }: Row): NetworkRecord {
  return { ...OLDER, ...(JSON.parse(record) as NetworkRecord) };
}
