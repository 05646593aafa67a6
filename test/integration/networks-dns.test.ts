import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { openPidfd, waitPidfd } from "../../src/host/index.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { otherMachine } from "../support/other-machine.ts";
import { runProcess } from "../support/run-process.ts";

setDefaultTimeout(30_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
  for (const name of ["north", "south"]) await at.cli(["network", "create", name]);
  await at.cli(["network", "create", "--ipv4=false", "--ipv6", "six"]);
});
afterEach(async () => {
  await at.expectNothingLeft();
  expect(nameServers()).toEqual([]);
});
afterAll(async () => {
  await at.cli(["network", "prune", "-f"]);
  await at[Symbol.asyncDispose]();
});

/** Process numbers of the name servers of this store. */
function nameServers(): number[] {
  return readdirSync("/proc")
    .filter(
      (name) => /^\d+$/.test(name) && wordsOf(name).some((word) => word.startsWith(`${at.store.run}/dns`)),
    )
    .map(Number);
}

function wordsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

async function sleeper(name: string, ...options: readonly string[]): Promise<void> {
  const started = await at.cli(["run", "-d", "--name", name, ...options, IMAGE, "sleep", "1000"]);
  expect(started).toMatchObject({ stderr: "", exitCode: 0 });
}

/** The addresses that a name stands for in a container. */
async function lookUp(container: string, name: string): Promise<string[]> {
  const { stdout } = await at.cli(["exec", container, "busybox", "nslookup", name]);
  return [...stdout.matchAll(/^Address: (\S+)$/gm)].map(([, address = ""]) => address);
}

const addressOf = async (name: string, network: string, field = "IPAddress") =>
  (
    await at.cli(["inspect", "-f", `{{(index .NetworkSettings.Networks "${network}").${field}}}`, name])
  ).stdout.trim();

test("containers of a network find each other by name, alias, hostname and ID, also after a rename", async () => {
  await sleeper("database", "--network", "north", "--network-alias", "store", "-h", "machine");
  await sleeper("client", "--network", "north");
  await sleeper("stranger", "--network", "south");
  const address = await addressOf("database", "north");
  const id = (await at.cli(["inspect", "-f", "{{.Id}}", "database"])).stdout.slice(0, 12);
  for (const name of ["database", "store", "machine", id]) {
    expect([name, await lookUp("client", name)]).toEqual([name, [address]]);
    expect([name, await lookUp("stranger", name)]).toEqual([name, []]);
  }
  await at.cli(["rename", "database", "renamed"]);
  expect(await lookUp("client", "renamed")).toEqual([address]);
  expect(await lookUp("client", "database")).toEqual([]);
  expect((await at.cli(["exec", "client", "cat", "/etc/resolv.conf"])).stdout).toContain(
    "nameserver 127.0.0.11\n",
  );
});

test("names follow a container that joins and leaves networks while it runs", async () => {
  await sleeper("server", "--network", "north");
  await sleeper("guest");
  expect((await at.cli(["exec", "guest", "cat", "/etc/resolv.conf"])).stdout).not.toContain("127.0.0.11");
  await at.cli(["network", "connect", "--alias", "visitor", "north", "guest"]);
  expect(await lookUp("guest", "server")).toEqual([await addressOf("server", "north")]);
  expect(await lookUp("server", "visitor")).toEqual([await addressOf("guest", "north")]);
  await at.cli(["network", "disconnect", "north", "guest"]);
  expect(await lookUp("guest", "server")).toEqual([]);
  expect(await lookUp("server", "visitor")).toEqual([]);
});

test("names lead to where a container is after a restart, on each of its networks, and nowhere once it is gone", async () => {
  await sleeper("server", "--network", "north", "--network", "south");
  await sleeper("northern", "--network", "north");
  await sleeper("southern", "--network", "south");
  const check = async () => {
    expect(await lookUp("northern", "server")).toEqual([await addressOf("server", "north")]);
    expect(await lookUp("southern", "server")).toEqual([await addressOf("server", "south")]);
    expect(await lookUp("server", "southern")).toEqual([await addressOf("southern", "south")]);
    expect(await lookUp("northern", "southern")).toEqual([]);
  };
  await check();
  await at.cli(["stop", "-t", "0", "server"]);
  expect(await lookUp("northern", "server")).toEqual([]);
  await sleeper("taker", "--network", "north");
  await at.cli(["start", "server"]);
  await check();
  await at.cli(["rm", "-f", "server"]);
  for (const name of ["northern", "southern"]) expect(await lookUp(name, "server")).toEqual([]);
});

test("a network without IPv4 has names too", async () => {
  await sleeper("server", "--network", "six");
  await sleeper("client", "--network", "six");
  expect(await lookUp("client", "server")).toEqual([await addressOf("server", "six", "GlobalIPv6Address")]);
});

test("one name server serves all networks, and is back with the next command when it was killed", async () => {
  expect(nameServers()).toEqual([]);
  await sleeper("first", "--network", "north");
  await sleeper("second", "--network", "south");
  await sleeper("third", "--network", "south");
  const [server = 0, ...others] = nameServers();
  expect(others).toEqual([]);
  const handle = openPidfd(server);
  process.kill(server, "SIGKILL");
  if (handle !== undefined) await waitPidfd(handle);
  expect(await lookUp("second", "third")).toEqual([await addressOf("third", "south")]);
  expect(nameServers().length).toBe(1);
});

test("containers on the predefined networks cost no name server", async () => {
  await sleeper("plain");
  expect(nameServers()).toEqual([]);
});

test("the name server answers the host, and no machine beside it", async () => {
  await sleeper("server", "--network", "north");
  const gateway = await addressOf("server", "north", "Gateway");
  const asked = `new Uint8Array([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6, ...Buffer.from("server"), 0, 0, 1, 0, 1])`;
  const ask = async (enter: readonly string[], patience: number) => {
    const code = `const said = (word) => { console.log(word); process.exit(); };
      const socket = await Bun.udpSocket({ socket: { data: () => said("answer") } });
      socket.send(${asked}, 20053, "${gateway}");
      setTimeout(said, ${patience}, "silence");`;
    return (await runProcess([...enter, process.execPath, "-e", code])).stdout;
  };
  expect(await ask([], 20_000)).toBe("answer\n");
  await using outside = await otherMachine();
  await runProcess([...outside.enter, "ip", "route", "add", gateway, "via", outside.host]);
  expect(await ask(outside.enter, 500)).toBe("silence\n");
});

test("what a dead engine left in the firewall for the same subnet does not keep names from being found", async () => {
  await using dead = await engineRoot();
  const subnet = ["--subnet", "10.213.0.0/24"];
  await dead.cli(["network", "create", ...subnet, "lost"]);
  await dead.cli(["create", "--name", "unstarted", "--network", "lost", IMAGE]);
  await dead.cli(["run", "--rm", "--network", "lost", IMAGE, "true"]);
  const bridge = (await dead.cli(["network", "inspect", "-f", "{{.Id}}", "lost"])).stdout.slice(0, 8);
  expect((await runProcess(["ip", "link", "del", `strake-${bridge}`])).exitCode).toBe(0);
  expect((await at.cli(["network", "create", ...subnet, "again"])).exitCode).toBe(0);
  await sleeper("server", "--network", "again");
  await sleeper("client", "--network", "again");
  expect(await lookUp("client", "server")).toEqual([await addressOf("server", "again")]);
  await at.cli(["rm", "-f", "server", "client"]);
  await at.cli(["network", "rm", "again"]);
});
