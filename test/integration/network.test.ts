import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { type Networks, openNetworks, type PublishRequest } from "../../src/network/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";

const FORWARD = "/proc/sys/net/ipv4/ip_forward";
const SOURCES = new URL("../../src", import.meta.url).pathname;
const servers: { stop: () => void }[] = [];
let folder: string;
let store: Store;
let networks: Networks;
let forwarding: string;

beforeAll(() => {
  forwarding = readFileSync(FORWARD, "utf8");
  folder = mkdtempSync(join(tmpdir(), "strake-network-"));
  store = openStore(join(folder, "root"), join(folder, "run"));
  networks = openNetworks(store);
});

afterAll(async () => {
  for (const { stop } of servers) stop();
  await networks.removeAll();
  store.close();
  rmSync(folder, { recursive: true, force: true });
  if (forwarding.trim() === "0") writeFileSync(FORWARD, forwarding);
});

async function start(name: string, ports: readonly PublishRequest[] = []) {
  networks.createSandbox(name);
  return (await networks.connect(name, "bridge", { containerName: name, ports })).endpoint;
}

function inside(name: string, ...argv: readonly string[]) {
  return ["nsenter", `--net=${networks.sandboxOf(name).key}`, ...argv];
}

async function output(argv: readonly string[]): Promise<string> {
  const child = Bun.spawn([...argv], { stdout: "pipe", stderr: "pipe" });
  return (await new Response(child.stdout).text()).trim();
}

const get = (url: string) => ["curl", "-s", "-m", "20", url];

/** An HTTP server in the container that answers with its name; resolves when it listens. */
async function serve(name: string): Promise<void> {
  const code = `Bun.serve({ port: 80, hostname: "0.0.0.0", fetch: () => new Response(${JSON.stringify(name)}) }); console.log("up")`;
  const child = Bun.spawn(inside(name, process.execPath, "-e", code), { stdout: "pipe" });
  servers.push({ stop: () => child.kill() });
  await child.stdout.getReader().read();
}

function hostAddress(): string {
  const all = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    name.startsWith("strake") ? [] : (list ?? []),
  );
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

test("a container reaches its neighbour, the host and the world; its ports are reachable everywhere", async () => {
  const port = 21_080;
  const publish = {
    containerPort: 80,
    protocol: "tcp" as const,
    hostIp: "",
    hostPort: { first: port, last: port + 50 },
  };
  networks.createSandbox("web");
  const { endpoint, ports } = await networks.connect("web", "bridge", {
    containerName: "web",
    ports: [publish],
  });
  await start("client");
  await serve("web");
  const hostPort = ports["80/tcp"]?.[0]?.HostPort;
  const answers = {
    neighbour: await output(inside("client", ...get(`http://${endpoint.address}/`))),
    localhost: await output(get(`http://127.0.0.1:${hostPort}/`)),
    hostAddress: await output(get(`http://${hostAddress()}:${hostPort}/`)),
    hairpin: await output(inside("client", ...get(`http://${endpoint.gateway}:${hostPort}/`))),
    itself: await output(inside("web", ...get(`http://${hostAddress()}:${hostPort}/`))),
  };
  expect(answers).toEqual({
    neighbour: "web",
    localhost: "web",
    hostAddress: "web",
    hairpin: "web",
    itself: "web",
  });
  const host = Bun.serve({ port: 0, hostname: "0.0.0.0", fetch: () => new Response("host") });
  servers.push({ stop: () => host.stop(true) });
  expect(await output(inside("client", ...get(`http://${endpoint.gateway}:${host.port}/`)))).toBe("host");
  await networks.release("web");
  expect(await output(get(`http://127.0.0.1:${hostPort}/`))).toBe("");
}, 60_000);

test("the package mirror answers through the host's address", async () => {
  const direct = await output(["curl", "-sI", "-m", "5", "http://deb.debian.org/"]);
  if (direct === "") return;
  const translated = await output(inside("client", "curl", "-sI", "-m", "5", "http://deb.debian.org/"));
  expect(translated.split("\n")[0]).toBe(direct.split("\n")[0] ?? "");
}, 30_000);

test("the services on the host's loopback stay closed to containers", async () => {
  const host = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("secret") });
  servers.push({ stop: () => host.stop(true) });
  const { gateway } = await start("spy");
  await output(inside("spy", "ip", "link", "set", "lo", "down"));
  await output(inside("spy", "ip", "route", "add", "127.0.0.1/32", "via", gateway));
  expect(await output(inside("spy", "curl", "-s", "-m", "2", `http://127.0.0.1:${host.port}/`))).toBe("");
  await networks.release("spy");
}, 30_000);

test("an address can be used again at once, even while a process lives on in the old namespace", async () => {
  const first = await start("again-1");
  await serve("again-1");
  expect(await output(get(`http://${first.address}/`))).toBe("again-1");
  await networks.release("again-1");
  await networks.release("again-1");
  const second = await start("again-2");
  await serve("again-2");
  expect(second.address).toBe(first.address);
  expect(await output(get(`http://${second.address}/`))).toBe("again-2");
}, 30_000);

test("twenty containers of four processes get distinct addresses and reach each other", async () => {
  const code = (process: number) => `
    import { openNetworks } from "${SOURCES}/network/index.ts";
    import { openStore } from "${SOURCES}/store/index.ts";
    const networks = openNetworks(openStore("${store.root}", "${store.run}"));
    await Promise.all([0, 1, 2, 3, 4].map(async (n) => {
      const name = "many-${process}-" + n;
      networks.createSandbox(name);
      await networks.connect(name, "bridge", { containerName: name, ports: [{ containerPort: 80, protocol: "tcp", hostIp: "" }] });
    }));`;
  const children = [0, 1, 2, 3].map((n) =>
    Bun.spawn([process.execPath, "-e", code(n)], { stderr: "inherit" }),
  );
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0, 0]);
  const many = networks
    .connected(networks.get("bridge").id)
    .filter(({ containerId }) => containerId.startsWith("many-"));
  const addresses = many.map(({ endpoint }) => endpoint.address);
  expect(new Set(addresses).size).toBe(20);
  await serve("many-0-0");
  const target = many.find(({ containerId }) => containerId === "many-0-0")?.endpoint.address;
  for (const { containerId } of many) {
    expect(await output(inside(containerId, ...get(`http://${target}/`)))).toBe("many-0-0");
  }
  const ports = store.rows<{ host_port: number }>("SELECT host_port FROM published");
  expect(new Set(ports.map(({ host_port }) => host_port)).size).toBe(20);
}, 90_000);

test("a sandbox whose container cannot be connected leaves no address behind", async () => {
  networks.createSandbox("bad");
  const mac = networks.connect("bad", "bridge", {
    containerName: "bad",
    request: { MacAddress: "01:02:03:04:05:06" },
  });
  expect(mac).rejects.toThrow();
  await mac.catch(() => undefined);
  const left = networks.connected(networks.get("bridge").id).map(({ containerId }) => containerId);
  expect(left).not.toContain("bad");
  await networks.release("bad");
  expect(readdirSync(join(store.run, "netns"))).not.toContain("bad");
});

test("repair frees what a reboot left in the records", async () => {
  await start("gone");
  await output(["umount", networks.sandboxOf("gone").key]);
  rmSync(networks.sandboxOf("gone").key);
  await networks.repair();
  const left = networks.connected(networks.get("bridge").id).map(({ containerId }) => containerId);
  expect(left).not.toContain("gone");
});

test("a firewall of others that drops what is forwarded lets the bridge pass, and is left as it was", async () => {
  const own = join(folder, "own");
  const code = `
    import { openNetworks } from "${SOURCES}/network/index.ts";
    import { openStore } from "${SOURCES}/store/index.ts";
    const nft = (...argv) => Bun.spawnSync(["nft", ...argv]).stdout.toString();
    nft("add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }");
    const networks = openNetworks(openStore("${own}/root", "${own}/run"));
    networks.createSandbox("c");
    await networks.connect("c", "bridge", { containerName: "c" });
    const passed = nft("list", "chain", "ip", "filter", "FORWARD").split(" accept ").length - 1;
    await networks.removeAll();
    const after = nft("list", "chain", "ip", "filter", "FORWARD").includes("accept");
    console.log(JSON.stringify({ passed, after, tables: nft("list", "tables").trim() }));`;
  const text = await output(["unshare", "-n", process.execPath, "-e", code]);
  expect(JSON.parse(text)).toEqual({ passed: 2, after: false, tables: "table ip filter" });
}, 30_000);

test("a client that keeps sending reaches the container that has the UDP port now", async () => {
  const port = 21_580;
  const answer = async (name: string) => {
    const reply = `socket.send(${JSON.stringify(name)}, port, address)`;
    const code = `await Bun.udpSocket({ port: 53, hostname: "0.0.0.0", socket: { data: (socket, _, port, address) => ${reply} } }); console.log("up")`;
    const hostPort = { first: port, last: port };
    const publish = { containerPort: 53, protocol: "udp" as const, hostIp: "", hostPort };
    networks.createSandbox(name);
    await networks.connect(name, "bridge", { containerName: name, ports: [publish] });
    const child = Bun.spawn(inside(name, process.execPath, "-e", code), { stdout: "pipe" });
    servers.push({ stop: () => child.kill() });
    await child.stdout.getReader().read();
  };
  const heard = { one: Promise.withResolvers<void>(), two: Promise.withResolvers<void>() };
  // One socket, one source port: the kernel takes all that it sends for one flow.
  const client = await Bun.udpSocket({
    socket: {
      data: (_, data) => heard[data.toString() === "udp-one" ? "one" : "two"].resolve(),
      // Nobody listens between the two.
      error: () => {},
    },
  });
  const sending = setInterval(() => client.send("x", port, "127.0.0.1"), 20);
  try {
    await answer("udp-one");
    await heard.one.promise;
    await networks.release("udp-one");
    await answer("udp-two");
    await heard.two.promise;
  } finally {
    clearInterval(sending);
    client.close();
    await networks.release("udp-two");
  }
}, 20_000);
