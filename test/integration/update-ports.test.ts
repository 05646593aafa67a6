import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { runProcess } from "../support/run-process.ts";

setDefaultTimeout(30_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

async function serve(name: string, ...options: readonly string[]): Promise<void> {
  const line = `mkdir /www; echo ${name} > /www/index.html; busybox httpd -p 80 -h /www && echo up; sleep 1000`;
  const started = await at.cli(["run", "-d", "--name", name, ...options, IMAGE, "sh", "-c", line]);
  expect(started).toMatchObject({ stderr: "", exitCode: 0 });
  await using follower = at.spawn(["logs", "-f", name]);
  await follower.stdout.getReader().read();
  follower.kill();
}

const get = async (port: number, address = "127.0.0.1") =>
  (await runProcess(["curl", "-s", "-m", "1", `http://${address}:${port}/`])).stdout.trim();
const portsOf = async (name: string) => (await at.cli(["port", name])).stdout;
const update = (...words: readonly string[]) => at.cli(["update", ...words]);

test("ports are published and given up while the container runs, and again at its next start", async () => {
  await serve("web", "-p", "28101:80");
  expect(await get(28_101)).toBe("web");
  expect(
    await update("--publish-add", "127.0.0.1:28102:80", "--publish-rm", "28101:80", "web"),
  ).toMatchObject({
    stdout: "web\n",
    stderr: "",
  });
  expect(await portsOf("web")).toBe("80/tcp -> 127.0.0.1:28102\n");
  expect([await get(28_101), await get(28_102)]).toEqual(["", "web"]);
  await at.cli(["restart", "-t", "0", "web"]);
  expect(await portsOf("web")).toBe("80/tcp -> 127.0.0.1:28102\n");
  await update("--publish-rm", "80", "web");
  expect(await portsOf("web")).toBe("");
  await at.cli(["stop", "-t", "0", "web"]);
  await update("--publish-add", "28103:80/tcp", "web");
  await at.cli(["start", "web"]);
  expect(await portsOf("web")).toBe("80/tcp -> 0.0.0.0:28103\n");
});

test("a port that was given up is free at once, and one that was added is held as all are", async () => {
  await serve("web", "-p", "28110:80");
  await update("--publish-rm", "80", "--publish-add", "28111:80", "web");
  await serve("other", "-p", "28110:80");
  expect([await get(28_110), await get(28_111)]).toEqual(["other", "web"]);
  expect(() => Bun.listen({ hostname: "0.0.0.0", port: 28_111, socket: { data() {} } })).toThrow();
  await update("--publish-rm", "28111:80", "web");
  Bun.listen({ hostname: "0.0.0.0", port: 28_111, socket: { data() {} } }).stop(true);
});

test("one of the ports of -P is given up, and stays so", async () => {
  await serve("web", "-P", "--expose", "80", "--expose", "81/udp");
  expect((await portsOf("web")).split("\n").length).toBe(3);
  await update("--publish-rm", "80", "web");
  expect(await portsOf("web")).toMatch(/^81\/udp -> 0\.0\.0\.0:\d+\n$/);
  await at.cli(["restart", "-t", "0", "web"]);
  expect(await portsOf("web")).toMatch(/^81\/udp -> 0\.0\.0\.0:\d+\n$/);
});

test("published ports follow a container from network to network", async () => {
  for (const name of ["pier", "quay"]) await at.cli(["network", "create", name]);
  try {
    await serve("web", "--network", "pier", "-p", "28112:80");
    await at.cli(["network", "connect", "quay", "web"]);
    await at.cli(["network", "disconnect", "pier", "web"]);
    expect([await portsOf("web"), await get(28_112)]).toEqual(["80/tcp -> 0.0.0.0:28112\n", "web"]);
    await at.cli(["network", "disconnect", "quay", "web"]);
    expect([await portsOf("web"), await get(28_112)]).toEqual(["", ""]);
    await serve("other", "-p", "28112:80");
    expect(await get(28_112)).toBe("other");
    expect((await at.cli(["network", "connect", "quay", "web"])).stderr).toContain(
      "port is already allocated",
    );
    await at.cli(["rm", "-f", "other"]);
    await at.cli(["network", "connect", "quay", "web"]);
    expect([await portsOf("web"), await get(28_112)]).toEqual(["80/tcp -> 0.0.0.0:28112\n", "web"]);
  } finally {
    await at.cli(["rm", "-f", "web", "other"]);
    await at.cli(["network", "rm", "pier", "quay"]);
  }
});

test("a change of which one port cannot be had changes nothing", async () => {
  await serve("web", "-p", "28104:80");
  await serve("other", "-p", "28105:80");
  const refused = await update(
    "--publish-add",
    "28106:80",
    "--publish-add",
    "28105:80",
    "--publish-rm",
    "28104:80",
    "web",
  );
  expect(refused.stderr).toContain("Bind for 0.0.0.0:28105 failed: port is already allocated");
  expect(await portsOf("web")).toBe("80/tcp -> 0.0.0.0:28104\n");
  expect(await get(28_104)).toBe("web");
  const missing = await update("--publish-rm", "9999:80", "web");
  expect(missing.stderr).toContain("port 80/tcp is not published at port 9999");
  expect((await update("--publish-add", "28106:80", "web")).exitCode).toBe(0);
});
