import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { type EngineRoot, engineRoot } from "../support/engine-root.ts";
import { PATIENCE_MS } from "../support/last-of.ts";
import { otherMachine } from "../support/other-machine.ts";
import { runProcess } from "../support/run-process.ts";

// A base image and a server come from the Debian archive.
const LONG_MS = 300_000;
setDefaultTimeout(LONG_MS);

const REDIS = "redis:test";
const DOCKERFILE = `FROM debian
RUN apt-get update -q && apt-get install -qy --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/*
WORKDIR /data
VOLUME /data
EXPOSE 6379
CMD ["redis-server", "--bind", "*", "--protected-mode", "no", "--appendonly", "yes"]
`;
let at: EngineRoot;

beforeAll(async () => {
  at = await engineRoot();
  // Without the Debian archive this fails and says so: there is no server to test with then.
  await done("image", "bootstrap", "-q", "debian");
  const context = join(at.root.path, "context");
  await Bun.write(join(context, "Dockerfile"), DOCKERFILE);
  await done("build", "-q", "-t", REDIS, context);
  await done("network", "create", "app");
}, LONG_MS);
afterEach(async () => {
  for (const { record } of await at.engine.containers.list({ all: true })) {
    await at.engine.containers.remove(record.id, { force: true });
  }
  await at.cli(["volume", "prune", "-af"]);
  await at.expectNothingLeft();
});
afterAll(() => at[Symbol.asyncDispose]());

async function done(...words: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await at.cli(words);
  expect({ words, stderr, exitCode }).toEqual({ words, stderr: "", exitCode: 0 });
  return stdout.trim();
}

/** Starts a Redis on a volume; resolves when it takes connections. */
async function serve(name: string, volume: string, ...options: readonly string[]): Promise<void> {
  await done("run", "-d", "--name", name, "--network", "app", "-v", `${volume}:/data`, ...options, REDIS);
  await using follower = at.spawn(["logs", "-f", name]);
  let seen = "";
  for await (const chunk of follower.stdout) {
    seen += new TextDecoder().decode(chunk);
    if (seen.includes("Ready to accept connections")) break;
  }
  follower.kill();
  expect(seen).toContain("Ready to accept connections");
}

/** What the server of that name answers a client in another container. */
const ask = (server: string, ...words: readonly string[]) =>
  done("run", "--rm", "--network", "app", REDIS, "redis-cli", "-h", server, ...words);

/** What a Redis behind an address answers a client that is no container. */
async function askFrom(enter: readonly string[], address: string, line: string): Promise<string> {
  const client = ["curl", "-s", "-m", "20", `telnet://${address}`];
  const { stdout } = await runProcess([...enter, ...client], {
    stdin: `${line}\r\nQUIT\r\n`,
    timeout: PATIENCE_MS,
  });
  return stdout;
}

test("what a Redis has stored is there for the next one on its volume, whatever became of the first", async () => {
  await serve("db", "data");
  expect(await ask("db", "set", "word", "kept")).toBe("OK");
  await done("rm", "-f", "db");
  await serve("next", "data");
  expect(await ask("next", "get", "word")).toBe("kept");
  expect((await at.cli(["volume", "rm", "data"])).stderr).toContain("volume is in use");

  const saved = join(at.root.path, "data.tar");
  await done("volume", "export", "-o", saved, "data");
  await done("volume", "import", "-i", saved, "brought");
  await done("volume", "clone", "data", "cloned");
  expect(await ask("next", "set", "word", "later")).toBe("OK");
  await done("rm", "-f", "next");
  for (const [name, word] of [
    ["data", "later"],
    ["brought", "kept"],
    ["cloned", "kept"],
  ] as const) {
    await serve(name, name);
    expect([name, await ask(name, "get", "word")]).toEqual([name, word]);
    await done("rm", "-f", name);
  }
});

test("a Redis is found by its name on its network, and at its published port from outside", async () => {
  await using outside = await otherMachine();
  await serve("web-cache", "shared", "-p", "6379");
  expect(await ask("web-cache", "set", "word", "heard")).toBe("OK");
  const [, port = ""] = /0\.0\.0\.0:(\d+)/.exec(await done("port", "web-cache", "6379")) ?? [];
  const answer = "$5\r\nheard\r\n+OK\r\n";
  expect(await askFrom(outside.enter, `${outside.host}:${port}`, "GET word")).toBe(answer);
  expect(await askFrom([], `127.0.0.1:${port}`, "GET word")).toBe(answer);
  const stranger = await at.cli(["run", "--rm", REDIS, "redis-cli", "-h", "web-cache", "ping"]);
  expect(stranger.stderr + stranger.stdout).toContain("Could not connect to Redis at web-cache:6379");
  await done("rm", "-f", "web-cache");
  expect(await askFrom(outside.enter, `${outside.host}:${port}`, "GET word")).toBe("");
});
