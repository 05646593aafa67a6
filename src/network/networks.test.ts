import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineError, isEngineError } from "../base/index.ts";
import { closeFd } from "../host/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { allocateAddress, putEndpoint } from "./endpoint-table.ts";
import { parseDroppingChains, parseHandles } from "./forward-policy.ts";
import { holdPorts, validatePublishRequest } from "./hold-ports.ts";
import { insertNetwork } from "./network-table.ts";
import { openNetworks } from "./networks.ts";
import { claimPorts } from "./published-table.ts";
import type { PublishedPort, PublishRequest } from "./types.ts";

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
    "invalid endpoint settings:\n" +
      "* user specified IP address is supported on user defined networks only\n" +
      "* invalid IPv4 address: 1.2.3\n" +
      "* user specified IP address is supported only when connecting to networks with user configured subnets",
  );
  expect(() => openNetworks(store).validate("bridge", { MacAddress: "zz" })).toThrow(
    "invalid MAC address zz",
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
    "invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 10.8.0.1",
  );
});

const owner = {
  containerId: "c1",
  containerName: "c1",
  endpoint: { endpointId: "e1", address: "172.17.0.2" },
  defaultHostIp: "",
};
const tcp = { containerPort: 80, protocol: "tcp" as const, hostIp: "" };
const held: number[] = [];

afterEach(() => {
  for (const fd of held.splice(0)) closeFd(fd);
});

function hold(requests: readonly PublishRequest[], by = owner): readonly PublishedPort[] {
  const { published, sockets } = holdPorts(store, requests, by);
  held.push(...sockets.map(({ fd }) => fd));
  return published;
}

test("a port that a process listens on is refused with the process's name, and skipped in a range", () => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  try {
    const only = { first: port, last: port };
    const refused = thrownBy(() => hold([{ ...tcp, hostPort: only }]));
    expect(refused.message).toBe(
      `driver failed programming external connectivity on endpoint c1 (e1): failed to bind host port for 0.0.0.0:${port}:172.17.0.2:80/tcp: address already in use`,
    );
    expect(refused.hint).toContain(`(process ${process.pid}) has it`);
    const [chosen] = hold([{ ...tcp, hostPort: { first: port, last: port + 50 } }]);
    expect(chosen?.hostPort).toBeGreaterThan(port);
  } finally {
    listener.stop(true);
  }
});

test("a port that is held cannot be taken by another process, in any transport", () => {
  for (const protocol of ["tcp", "udp"] as const) {
    const [port] = hold([{ ...tcp, protocol }]);
    const only = { first: port?.hostPort ?? 0, last: port?.hostPort ?? 0 };
    store.change("DELETE FROM published");
    expect(() => hold([{ ...tcp, protocol, hostPort: only }])).toThrow("address already in use");
  }
});

test("a port published on one address is taken for all addresses, and the other way round", () => {
  const [free] = hold([{ ...tcp, hostIp: "127.0.0.1" }]);
  if (free === undefined) throw new Error("no port");
  expect(claimPorts(store, "two", [{ ...free, hostIp: "0.0.0.0" }])).toBe(false);
  const hostPort = { first: free.hostPort, last: free.hostPort };
  const refused = thrownBy(() => hold([{ ...tcp, hostPort }], { ...owner, containerId: "c2" }));
  expect(refused.message).toContain(`Bind for 127.0.0.1:${free.hostPort} failed: port is already allocated`);
  expect(refused.hint).toBe("the container c1 publishes it");
});

test("two requests of one container never get the same port", () => {
  const ports = hold([tcp, { ...tcp, containerPort: 81 }]);
  expect(new Set(ports.map(({ hostPort }) => hostPort)).size).toBe(2);
});

test("a container with both families has its ports on both, at the same number", () => {
  const ipv6 = { address: "fd00::2", prefixLength: 64, gateway: "fd00::1" };
  const both = { ...owner, endpoint: { ...owner.endpoint, ipv6 } };
  const [one, other] = hold([tcp], both);
  expect([one?.hostIp, other?.hostIp]).toEqual(["0.0.0.0", "::"]);
  expect(one?.hostPort).toBe(other?.hostPort ?? 0);
});

test("a host address that is none, or of a family that the container has not, is refused", () => {
  expect(() => validatePublishRequest({ ...tcp, hostIp: "x" })).toThrow("invalid IP address: x");
  expect(() => hold([{ ...tcp, hostIp: "::1" }])).toThrow("the container has no IPv6 address");
});

function thrownBy(action: () => unknown): EngineError {
  try {
    action();
  } catch (error) {
    if (isEngineError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("only chains at the forward hook that drop are found, and only marked rules in them", () => {
  const listing =
    "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n" +
    "\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n" +
    "table ip6 filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n";
  expect(parseDroppingChains(listing)).toEqual([
    { family: "ip", table: "filter", chain: "FORWARD" },
    { family: "ip6", table: "filter", chain: "FORWARD" },
  ]);
  const rules = '\tiifname "a" accept comment "strake" # handle 7\n\taccept comment "strake_1" # handle 8\n';
  expect(parseHandles(rules, "strake")).toEqual(["7"]);
});
