import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { openNetworks } from "../../src/network/index.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { otherMachine } from "../support/other-machine.ts";
import { runProcess } from "../support/run-process.ts";

setDefaultTimeout(30_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(async () => {
  await at.expectNothingLeft();
  await at.cli(["network", "prune", "-f"]);
  expect(await links()).toEqual([]);
});
afterAll(() => at[Symbol.asyncDispose]());

/** Bridges of networks of the user on this host that are this store's. */
async function links(): Promise<string[]> {
  const devices = openNetworks(at.store)
    .list()
    .map(({ device }) => device);
  return devices.filter((device) => device.startsWith("strake-") && existsSync(`/sys/class/net/${device}`));
}

/** Starts a web server in a container; resolves when it answers. */
async function serve(name: string, ...options: readonly string[]): Promise<void> {
  const line = `mkdir /www; echo ${name} > /www/index.html; busybox httpd -p 80 -h /www && echo up; sleep 1000`;
  const started = await at.cli(["run", "-d", "--name", name, ...options, IMAGE, "sh", "-c", line]);
  expect(started).toMatchObject({ stderr: "", exitCode: 0 });
  await using follower = at.spawn(["logs", "-f", name]);
  await follower.stdout.getReader().read();
  follower.kill();
}

const addressOf = async (name: string, network: string, field = "IPAddress") =>
  (
    await at.cli(["inspect", "-f", `{{(index .NetworkSettings.Networks "${network}").${field}}}`, name])
  ).stdout.trim();

/** What a container gets from a URL; empty when it gets nothing. */
const fetchFrom = async (name: string, url: string) =>
  (await at.cli(["exec", name, "busybox", "timeout", "1", "wget", "-q", "-O", "-", url])).stdout.trim();

const create = (...words: readonly string[]) => at.cli(["network", "create", ...words]);

test("containers of a network reach each other, those of another network do not", async () => {
  for (const name of ["north", "south"]) await create(name);
  await serve("server", "--network", "north");
  await serve("friend", "--network", "north");
  await serve("stranger", "--network", "south");
  const url = `http://${await addressOf("server", "north")}/`;
  expect(await fetchFrom("friend", url)).toBe("server");
  expect(await fetchFrom("stranger", url)).toBe("");
  await at.cli(["network", "connect", "north", "stranger"]);
  expect(await fetchFrom("stranger", url)).toBe("server");
  await at.cli(["network", "disconnect", "north", "stranger"]);
  expect(await fetchFrom("stranger", url)).toBe("");
});

test("an internal network has no way out, and one without ICC keeps its containers apart", async () => {
  await using outside = await otherMachine();
  await create("--internal", "closed");
  await create("-o", "com.docker.network.bridge.enable_icc=false", "apart");
  for (const name of ["in-one", "in-two"]) await serve(name, "--network", "closed");
  for (const name of ["apart-one", "apart-two"]) await serve(name, "--network", "apart");
  expect(await fetchFrom("in-one", `http://${await addressOf("in-two", "closed")}/`)).toBe("in-two");
  expect(await fetchFrom("in-one", `http://${outside.address}:8080/`)).toBe("");
  expect(await fetchFrom("apart-one", `http://${await addressOf("apart-two", "apart")}/`)).toBe("");
  expect(await fetchFrom("apart-one", `http://${outside.address}:8080/`)).toBe("outside");
});

test("a published port answers this machine and others, over IPv4 and IPv6, until the container ends", async () => {
  await using outside = await otherMachine();
  await create("--ipv6", "dual");
  await serve("web", "--network", "dual", "-p", "28080:80");
  const port = (await at.cli(["port", "web"])).stdout;
  expect(port).toBe("80/tcp -> 0.0.0.0:28080\n80/tcp -> [::]:28080\n");
  const urls = [`http://${outside.host}:28080/`, `http://[${outside.host6}]:28080/`];
  const inside = `http://[${await addressOf("web", "dual", "GlobalIPv6Address")}]/`;
  const fromHost = ["http://127.0.0.1:28080/", ...urls, inside];
  for (const url of fromHost) expect([url, await curl(url)]).toEqual([url, "web"]);
  for (const url of urls) expect([url, await curl(url, ...outside.enter)]).toEqual([url, "web"]);
  await at.cli(["rm", "-f", "web"]);
  for (const url of urls) expect([url, await curl(url, ...outside.enter)]).toEqual([url, ""]);
});

test("of processes that create one name or one subnet at once, one wins", async () => {
  const named = await Promise.all([1, 2, 3, 4].map(() => create("same")));
  expect(named.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1, 1, 1]);
  const lost = named.filter(({ exitCode }) => exitCode === 1).map(({ stderr }) => stderr);
  expect(new Set(lost)).toEqual(
    new Set(["Error response from daemon: network with name same already exists\n"]),
  );
  const nets = await Promise.all(["a1", "a2", "a3"].map((name) => create("--subnet", "10.241.0.0/24", name)));
  expect(nets.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1, 1]);
  const pools = await Promise.all(["b1", "b2", "b3"].map((name) => create(name)));
  expect(pools.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  const shown = await at.cli([
    "network",
    "inspect",
    "-f",
    "{{(index .IPAM.Config 0).Subnet}}",
    "b1",
    "b2",
    "b3",
  ]);
  expect(new Set(shown.stdout.trim().split("\n")).size).toBe(3);
});

test("a network that is removed takes its bridge and its rules along, one that was cut off too", async () => {
  await create("gone");
  const [device = ""] = openNetworks(at.store)
    .list()
    .map((each) => each.device)
    .filter((name) => name.startsWith("strake-"));
  await at.cli(["run", "--rm", "--network", "gone", IMAGE, "true"]);
  expect(existsSync(`/sys/class/net/${device}`)).toBe(true);
  at.store.change("DELETE FROM networks WHERE name = 'gone'");
  at.store.change(
    "INSERT INTO leases(id, pid, start_time, boot, kind, path) VALUES ('x', 1, 1, 'dead', 'network-bridge', ?)",
    device,
  );
  await at.cli(["network", "ls"]);
  expect(existsSync(`/sys/class/net/${device}`)).toBe(false);
  expect(await rules()).not.toContain(device);
});

test("a bridge that somebody deleted comes back with the next container", async () => {
  await create("lost");
  const run = () => at.cli(["run", "--rm", "--network", "lost", IMAGE, "ls", "/sys/class/net"]);
  expect((await run()).stdout).toContain("eth0");
  for (const device of await links()) await runProcess(["ip", "link", "del", device]);
  expect(await run()).toMatchObject({ stderr: "", exitCode: 0 });
});

test("an interface that somebody deleted keeps nobody from leaving the network, and is back after a connect", async () => {
  await create("torn");
  await serve("web", "--network", "torn", "-p", "28081:80");
  const [{ record } = { record: "{}" }] = at.store.rows<{ record: string }>("SELECT record FROM endpoints");
  await runProcess(["ip", "link", "del", (JSON.parse(record) as { hostLink: string }).hostLink]);
  expect(await curl("http://127.0.0.1:28081/")).toBe("");
  for (const verb of ["disconnect", "connect"])
    expect(await at.cli(["network", verb, "torn", "web"])).toMatchObject({ stderr: "", exitCode: 0 });
  expect(await curl("http://127.0.0.1:28081/")).toBe("web");
});

test("a port that is taken is refused with the name of the process or the container that has it", async () => {
  await serve("holder", "-p", "28082:80");
  const server = Bun.listen({ hostname: "127.0.0.1", port: 28_083, socket: { data() {} } });
  try {
    const refusal = async (port: number) =>
      (await at.cli(["run", "--rm", "-p", `${port}:80`, IMAGE, "true"])).stderr;
    expect(await refusal(28_082)).toMatch(
      /28082 failed: port is already allocated\nHint: the container holder /,
    );
    const [failure, hint] = (await refusal(28_083)).split("\n");
    expect(failure).toContain("address already in use");
    expect(hint).toContain(`(process ${process.pid}) has it`);
  } finally {
    server.stop(true);
  }
});

test("a bridge of the user's own is used, and stays when the network goes", async () => {
  await runProcess(["ip", "link", "add", "straketest0", "type", "bridge"]);
  try {
    await create("-o", "com.docker.network.bridge.name=straketest0", "own");
    expect((await at.cli(["run", "--rm", "--network", "own", IMAGE, "true"])).exitCode).toBe(0);
    expect((await at.cli(["network", "rm", "own"])).stdout).toBe("own\n");
    expect(existsSync("/sys/class/net/straketest0")).toBe(true);
  } finally {
    await runProcess(["ip", "link", "del", "straketest0"]);
  }
});

async function rules(): Promise<string> {
  return (await runProcess(["nft", "list", "ruleset"])).stdout;
}

async function curl(url: string, ...before: readonly string[]): Promise<string> {
  return (await runProcess([...before, "curl", "-s", "-g", "-m", "2", url])).stdout.trim();
}
