import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "../store/index.ts";
import { formatResolverRules } from "./container-dns.ts";
import { formatNameFiles } from "./dns-names.ts";
import { type EndpointRecord, putEndpoint } from "./endpoint-table.ts";
import { openNetworks } from "./networks.ts";

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strake-dns-"));
  store = openStore(join(folder, "root"), join(folder, "run"));
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function connect(
  container: string,
  networkId: string,
  more: Partial<EndpointRecord> & { address: string },
): void {
  const { address, ...rest } = more;
  const state = { networkId, networkName: "", endpointId: "", macAddress: "", address };
  putEndpoint(store, container, {
    containerName: container,
    state: { ...state, prefixLength: 24, gateway: "", request: {} },
    hostLink: "",
    innerLink: "",
    published: [],
    ...rest,
  });
}

test("each network of the user that containers are on has a file of their names", () => {
  const networks = openNetworks(store);
  const config = [{ subnet: "10.9.0.0/24" }];
  const mine = networks.create({ name: "mine", ipam: { config } });
  const closed = networks.create({
    name: "closed",
    internal: true,
    ipam: { config: [{ subnet: "10.8.0.0/24" }] },
  });
  networks.create({ name: "empty" });
  connect("one", mine.id, { address: "10.9.0.2", names: ["web", "a b", "x,y", "one"] });
  connect("two", mine.id, { address: "10.9.0.3", names: ["db"], dns: ["9.9.9.9", "8.8.8.8"] });
  connect("two", closed.id, { address: "10.8.0.2", names: ["db"] });
  connect("three", networks.get("bridge").id, { address: "172.17.0.2", names: ["three"] });
  expect(Object.fromEntries(formatNameFiles(store))).toEqual({
    [mine.id]: "10.9.0.1\none 10.9.0.2  web,one\ntwo 10.9.0.3  db 9.9.9.9,8.8.8.8\n",
    [`${closed.id}%int`]: "10.8.0.1\ntwo 10.8.0.2  db\n",
  });
});

test("a container's resolver rules let nobody else reach its loopback addresses", () => {
  expect(formatResolverRules(undefined)).not.toContain("chain");
  const rules = formatResolverRules("10.9.0.1");
  expect(rules).toContain('iifname != "lo" ip daddr 127.0.0.0/8 drop');
  expect(rules).toContain("ip daddr 127.0.0.11 meta l4proto { tcp, udp } th dport 53 dnat to 10.9.0.1:20053");
  expect(formatResolverRules("fd00::1")).toContain("dnat to [fd00::1]:20053");
});
