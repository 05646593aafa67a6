import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileLayer, putImage } from "../support/fake-image.ts";
import { type FakeRegistry, fakeRegistry } from "../support/fake-registry.ts";
import { type StrakeOptions, strake, strakeCommand } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";
import { inTerminal } from "../support/terminal.ts";

setDefaultTimeout(20_000);

let root: TempRoot;
let server: FakeRegistry;
let config: string;

beforeEach(async () => {
  root = await tempRoot();
  config = join(root.path, "docker", "config.json");
  server = fakeRegistry();
  const wanted = `Basic ${btoa("alice:pass:word")}`;
  server.lie((request) =>
    request.headers.get("authorization") === wanted
      ? undefined
      : new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } }),
  );
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await root.remove();
});

const env = () => ({ ...root.env, DOCKER_CONFIG: join(root.path, "docker") });
const cli = (words: readonly string[], options: StrakeOptions = {}) =>
  strake(words, { ...options, env: { ...env(), ...options.env } });
const saved = () => JSON.parse(readFileSync(config, "utf8")) as Record<string, unknown>;

function writeConfig(value: object): void {
  mkdirSync(join(root.path, "docker"), { recursive: true });
  writeFileSync(config, JSON.stringify(value));
}

describe("login", () => {
  test("keeps the password beside what else the config file has, for the user alone", async () => {
    writeConfig({ psFormat: "{{.ID}}", auths: { "other.example": { auth: "eA==" } } });
    const words = ["login", server.host, "-u", "alice", "--password-stdin"];
    const done = await cli(words, { stdin: "pass:word\n" });
    expect([done.stdout, done.exitCode]).toEqual(["Login Succeeded\n", 0]);
    expect(done.stderr).toBe(
      `\nWARNING! Your credentials are stored unencrypted in '${config}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
    );
    expect(saved()).toEqual({
      psFormat: "{{.ID}}",
      auths: { "other.example": { auth: "eA==" }, [server.host]: { auth: btoa("alice:pass:word") } },
    });
    expect(statSync(config).mode & 0o777).toBe(0o600);
    const again = await cli(["login", server.host]);
    expect(again.stdout).toBe(
      "Authenticating with existing credentials... [Username: alice]\n\n Info -> To login with a different account, run 'strake logout' followed by 'strake login'\n\n\nLogin Succeeded\n",
    );
    expect((await cli(words, { stdin: "pass:word\n" })).stderr).toBe("");
    expect((await cli(["logout", server.host])).stdout).toBe(
      `Removing login credentials for ${server.host}\n`,
    );
    expect(saved().auths).toEqual({ "other.example": { auth: "eA==" } });
    expect(await cli(["logout", server.host])).toMatchObject({
      stdout: `Removing login credentials for ${server.host}\n`,
      exitCode: 0,
    });
  });

  test("keeps nothing when the password is wrong", async () => {
    const words = ["login", "-u", "alice", "-p", "wrong", server.host];
    const { stdout, stderr, exitCode } = await cli(words);
    expect([stdout, stderr, exitCode]).toEqual([
      "",
      `WARNING! Using --password via the CLI is insecure. Use --password-stdin.\nError response from daemon: login attempt to http://${server.host}/v2/ failed with status: 401 Unauthorized\n`,
      1,
    ]);
    expect(existsSync(config)).toBe(false);
  });

  test("asks on a terminal, without showing the password", async () => {
    await using terminal = inTerminal([...strakeCommand, "login", server.host], { env: env() });
    await terminal.waitFor("Username");
    terminal.send("alice\r");
    await terminal.waitFor("Password: ");
    terminal.send("pass:word\r");
    await terminal.waitFor("Login Succeeded");
    expect(await terminal.exited).toBe(0);
    expect(terminal.output()).not.toContain("pass:word");
  });

  test("refuses what cannot be, in Docker's words", async () => {
    const outcome = async (...words: string[]) => (await cli(["login", ...words, server.host])).stderr;
    expect(await outcome("-p", "x", "--password-stdin")).toBe(
      "conflicting options: cannot specify both --password and --password-stdin\n",
    );
    expect(await outcome("--password-stdin")).toBe(
      "the --password-stdin option requires --username to be set\n",
    );
    expect(await outcome("-u", "", "-p", "x")).toBe("username is empty\n");
    expect(await outcome("-u", "alice", "-p", "")).toBe("password is empty\n");
    expect(await outcome()).toBe("Error: Cannot perform an interactive login from a non TTY device\n");
  });
});

describe("credentials", () => {
  /** A helper that keeps what it gets in files. */
  function installHelper(): Record<string, string> {
    const folder = join(root.path, "bin");
    mkdirSync(folder);
    const path = join(folder, "docker-credential-test");
    writeFileSync(
      path,
      `#!/bin/sh
cd "$(dirname "$0")"
input=$(cat)
case $1 in
store) printf %s "$input" >kept ;;
get) [ -e kept ] && cat kept || { echo "credentials not found in native keychain"; exit 1; } ;;
erase) rm -f kept ;;
esac
`,
    );
    chmodSync(path, 0o755);
    return { PATH: `${folder}:${process.env.PATH}` };
  }

  test("are kept and found by a helper, and not in the file", async () => {
    const path = installHelper();
    writeConfig({ credsStore: "test" });
    const words = ["login", server.host, "-u", "alice", "--password-stdin"];
    expect((await cli(words, { stdin: "pass:word", env: path })).stderr).toBe("");
    expect(saved()).toEqual({ credsStore: "test", auths: { [server.host]: {} } });
    await putImage(server, { tag: "1", layers: [fileLayer("a", "1")] });
    expect((await cli(["pull", "-q", `${server.host}/x:1`], { env: path })).stderr).toBe("");
    expect((await cli(["logout", server.host], { env: path })).stdout).toContain(
      "Removing login credentials",
    );
    expect((await cli(["pull", `${server.host}/x:1`], { env: path })).stderr).toContain(
      "no basic auth credentials",
    );
    writeConfig({ credHelpers: { [server.host]: "missing" } });
    expect((await cli(["pull", `${server.host}/x:1`])).stderr).toContain(
      'exec: "docker-credential-missing": executable file not found in $PATH',
    );
  });

  test("are taken from the environment, from old keys, and for a part of the registry", async () => {
    await putImage(server, { tag: "1", layers: [fileLayer("a", "1")] });
    const auth = btoa("alice:pass:word");
    const bad = btoa("alice:bad");
    const pulls = async (name = "team/app") =>
      (await cli(["pull", "-q", `${server.host}/${name}:1`])).exitCode;
    writeConfig({ auths: { [`http://${server.host}/v1/`]: { auth } } });
    expect(await pulls()).toBe(0);
    writeConfig({ auths: { [server.host]: { auth: bad }, [`${server.host}/team`]: { auth } } });
    expect([await pulls(), await pulls("other/app")]).toEqual([0, 1]);
    writeConfig({ auths: { [server.host]: { username: "alice", password: "pass:word" } } });
    expect(await pulls("b")).toBe(0);
    writeConfig({ auths: { [server.host]: { auth: bad } } });
    const given = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [server.host]: { auth } } }) };
    expect((await cli(["pull", "-q", `${server.host}/c:1`], { env: given })).exitCode).toBe(0);
  });

  test("of one registry are not sent to another", async () => {
    await using other = fakeRegistry();
    writeConfig({ auths: { [server.host]: { auth: btoa("alice:pass:word") } } });
    other.lie(() => new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="r"' } }));
    await cli(["pull", `${other.host}/x:1`]);
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  test("are in no log, history, event or database", async () => {
    await putImage(server, { tag: "1", layers: [fileLayer("a", "1")] });
    writeConfig({ auths: { [server.host]: { auth: btoa("alice:pass:word") } } });
    expect((await cli(["pull", "-q", `${server.host}/x:1`])).exitCode).toBe(0);
    const grep = Bun.spawnSync([
      "grep",
      "-rlE",
      "pass:word|YWxpY2U6cGFzczp3b3Jk",
      ...Object.values(root.env),
    ]);
    expect(grep.stdout.toString()).toBe("");
  });
});

test("search lists what a registry finds, filtered and cut to the column", async () => {
  await using hub = fakeRegistry();
  hub.lie((_, { pathname, searchParams }) =>
    pathname === "/v1/search" && searchParams.get("q") === "term"
      ? Response.json({
          results: [
            { name: "term", description: "x".repeat(60), star_count: 12, is_official: true },
            { name: "other/term", description: "two\nlines", star_count: 3 },
          ],
        })
      : undefined,
  );
  const { stdout, stderr } = await cli(["search", `${hub.host}/term`]);
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    "NAME         DESCRIPTION                                     STARS     OFFICIAL",
    `term         ${"x".repeat(44)}…   12        [OK]`,
    "other/term   two lines                                       3         ",
    "",
  ]);
  const filtered = ["search", "--filter", "stars=5", "--format", "{{.Name}}", `${hub.host}/term`];
  expect((await cli(filtered)).stdout).toBe("term\n");
  expect((await cli(["search", "--limit", "101", "x"])).stderr).toBe(
    "Error response from daemon: limit 101 is outside the range of [1, 100]\n",
  );
  expect((await cli(["search", "-f", "color=red", `${hub.host}/x`])).stderr).toBe(
    "Error response from daemon: invalid filter 'color'\n",
  );
});
