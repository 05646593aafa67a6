import { existsSync, readdirSync } from "node:fs";
import { openNetworks } from "../../src/network/index.ts";
import { toHostNames } from "../../src/network/names.ts";
import type { Store } from "../../src/store/index.ts";
import { runProcess } from "./run-process.ts";

interface Endpoint {
  readonly hostLink: string;
  readonly published: readonly { readonly protocol: string; readonly hostPort: number }[];
}

/**
 * Where this host and the records of a store on which nobody works disagree on networks: cables, rules, ports that
 * are taken. A whole store gives nothing.
 */
export async function networkStrays(store: Store): Promise<string[]> {
  const endpoints = store
    .rows<{ record: string }>("SELECT record FROM endpoints")
    .map(({ record }) => JSON.parse(record) as Endpoint);
  const links = endpoints.map(({ hostLink }) => hostLink).filter((link) => link !== "");
  const bridges = openNetworks(store)
    .list()
    .map(({ device }) => `/sys/class/net/${device}/brif`)
    .filter((folder) => !folder.includes("//") && existsSync(folder));
  const cables = bridges.flatMap((folder) => readdirSync(folder));
  const recorded = endpoints.flatMap(({ published }) =>
    published.map(({ protocol, hostPort }) => `${protocol} ${hostPort}`),
  );
  const claimed = store
    .rows<{ protocol: string; port: number }>("SELECT protocol, host_port AS port FROM published")
    .map(({ protocol, port }) => `${protocol} ${port}`);
  const ruled = await publishedRules(store);
  return [
    ...differences("cable", { there: cables, known: links }),
    ...differences("claimed port", { there: claimed, known: recorded }),
    ...differences("rule of port", { there: ruled, known: recorded }),
  ];
}

function differences(
  what: string,
  { there, known }: { readonly there: readonly string[]; readonly known: readonly string[] },
): string[] {
  return [
    ...there.filter((each) => !known.includes(each)).map((each) => `${what} of nobody: ${each}`),
    ...known.filter((each) => !there.includes(each)).map((each) => `${what} missing: ${each}`),
  ];
}

/** The ports that the store's table leads to containers. */
async function publishedRules(store: Store): Promise<string[]> {
  const { stdout } = await runProcess([
    "nft",
    "-n",
    "list",
    "map",
    "ip",
    toHostNames(store).table,
    "published",
  ]);
  return [...stdout.matchAll(/(6|17|tcp|udp) \. (\d+) : /g)].map(
    ([, protocol, port]) => `${protocol === "17" || protocol === "udp" ? "udp" : "tcp"} ${port}`,
  );
}
