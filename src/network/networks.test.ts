import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "../store/index.ts";
import { choosePorts, validatePublishRequest } from "./choose-ports.ts";
import { allocateAddress, putEndpoint } from "./endpoint-table.ts";
import { parseDroppingChains, parseHandles } from "./forward-policy.ts";
import { insertNetwork } from "./network-table.ts";
import { openNetworks } from "./networks.ts";
import { claimPorts } from "./published-table.ts";

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strake-network-"));
  store = openStore(join(folder, "root"), join(folder, "run"));
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const pool = { subnet: "10.9.0.0/29", gateway: "10.9.0.1" };

function give(container: string, wanted?: string): string {
  const address = allocateAddress(store, "n", { pool, wanted });
  const state = { networkId: "n", networkName: "n", endpointId: "e", macAddress: "", address };
  putEndpoint(store, container, {
    containerName: container,
    state: { ...state, prefixLength: 29, gateway: pool.gateway, request: {} },
    hostLink: "",
    innerLink: "",
    published: [],
  });
  return address;
}

test("the predefined networks keep their IDs when the store is opened again", () => {
  const first = openNetworks(store).list();
  expect(first.map(({ name, driver }) => [name, driver])).toEqual([
    ["bridge", "bridge"],
    ["host", "host"],
    ["none", "null"],
  ]);
  expect(openNetworks(store).list()).toEqual(first);
  expect(openNetworks(store).get(first[0]?.id.slice(0, 12) ?? "").name).toBe("bridge");
  expect(() => openNetworks(store).get("nosuch")).toThrow("network nosuch not found");
});

test("addresses are given lowest first until the subnet is full, never twice", () => {
  expect(["a", "b", "c", "d", "e"].map((name) => give(name))).toEqual(
    [2, 3, 4, 5, 6].map((last) => `10.9.0.${last}`),
  );
  expect(() => give("f")).toThrow("no available IPv4 addresses");
});

test("a static address is refused when it is taken, the gateway's or the broadcast address", () => {
  expect(give("a", "10.9.0.4")).toBe("10.9.0.4");
  for (const wanted of ["10.9.0.4", "10.9.0.1", "10.9.0.7"]) {
    expect(() => give("b", wanted)).toThrow("Address already in use");
  }
});

test("a static address on the default bridge is refused with all of Docker's reasons", () => {
  expect(() => openNetworks(store).validate("bridge", { IPv4Address: "1.2.3" })).toThrow(
    "invalid config for network bridge: invalid endpoint settings:\n" +
      "* user specified IP address is supported on user defined networks only\n" +
      "* invalid IPv4 address: 1.2.3\n" +
      "* user specified IP address is supported only when connecting to networks with user configured subnets",
  );
  expect(() => openNetworks(store).validate("bridge", { MacAddress: "zz" })).toThrow(
    "invalid config for network bridge: invalid MAC address zz",
  );
});

test("a static address outside of the user's subnet is refused", () => {
  const networks = openNetworks(store);
  const ipam = { pools: [pool], fromUser: true, options: null };
  insertNetwork(store, {
    ...networks.get("bridge"),
    id: "f".repeat(64),
    name: "mine",
    predefined: false,
    ipam,
  });
  expect(() => networks.validate("mine", { IPv4Address: "10.8.0.1" })).toThrow(
    "invalid config for network mine: invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 10.8.0.1",
  );
});

const owner = { containerName: "c1", endpointId: "e1", address: "172.17.0.2" };
const tcp = { containerPort: 80, protocol: "tcp" as const, hostIp: "" };

test("a port that a process listens on is refused, and skipped in a range", async () => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  try {
    const hostPort = { first: port, last: port };
    expect(choosePorts(store, [{ ...tcp, hostPort }], owner)).rejects.toThrow(
      `driver failed programming external connectivity on endpoint c1 (e1): failed to bind host port for 0.0.0.0:${port}:172.17.0.2:80/tcp: address already in use`,
    );
    const [chosen] = await choosePorts(
      store,
      [{ ...tcp, hostPort: { first: port, last: port + 50 } }],
      owner,
    );
    expect(chosen?.hostPort).toBeGreaterThan(port);
  } finally {
    listener.stop(true);
  }
});

test("a port published on one address is taken for all addresses, and the other way round", async () => {
  const [free] = await choosePorts(store, [{ ...tcp, hostIp: "127.0.0.1" }], owner);
  if (free === undefined) throw new Error("no port");
  expect(claimPorts(store, "one", [free])).toBe(true);
  expect(claimPorts(store, "two", [{ ...free, hostIp: "0.0.0.0" }])).toBe(false);
  const hostPort = { first: free.hostPort, last: free.hostPort };
  expect(choosePorts(store, [{ ...tcp, hostPort }], owner)).rejects.toThrow(
    `Bind for 127.0.0.1:${free.hostPort} failed: port is already allocated`,
  );
});

test("two requests of one container never get the same port", async () => {
  const ports = await choosePorts(store, [tcp, { ...tcp, containerPort: 81 }], owner);
  expect(new Set(ports.map(({ hostPort }) => hostPort)).size).toBe(2);
});

test("an IPv6 host address is refused before anything is made", () => {
  expect(() => validatePublishRequest({ ...tcp, hostIp: "::1" })).toThrow(
    'IPv6 address "::1" is not supported',
  );
});

test("only IPv4 chains at the forward hook that drop are found, and only marked rules in them", () => {
  const listing =
    "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n" +
    "\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n" +
    "table ip6 filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n";
  expect(parseDroppingChains(listing)).toEqual([{ family: "ip", table: "filter", chain: "FORWARD" }]);
  const rules = '\tiifname "a" accept comment "strake" # handle 7\n\taccept comment "strake_1" # handle 8\n';
  expect(parseHandles(rules, "strake")).toEqual(["7"]);
});
