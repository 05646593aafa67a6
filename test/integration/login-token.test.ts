import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tar } from "../support/busybox-archive.ts";
import {
  createAuthority,
  type DockerRegistry,
  dockerRegistry,
  hasRegistry,
} from "../support/docker-registry.ts";
import { type StrakeOptions, strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";
import { type TokenServer, tokenServer } from "../support/token-server.ts";

setDefaultTimeout(30_000);

const SERVICE = "test-registry";
const TOKEN = "the-refresh-token";

describe.skipIf(!hasRegistry)("a registry that gives out identity tokens", () => {
  let keys: TempRoot;
  let tokens: TokenServer;
  let server: DockerRegistry;
  let root: TempRoot;
  let name: string;
  beforeAll(async () => {
    keys = await tempRoot();
    const authority = await createAuthority(keys.path, "tokens");
    tokens = tokenServer(authority, { service: SERVICE, users: { alice: "secret" } });
    server = await dockerRegistry({
      token: { realm: tokens.realm, service: SERVICE, certificate: authority.authority },
    });
    name = `${server.host}/private/app:1`;
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await tokens[Symbol.asyncDispose]();
    await keys.remove();
  });
  beforeEach(async () => {
    root = await tempRoot();
    await Bun.write(join(root.path, "image.tar"), tar([{ path: "file", data: "content" }]));
    expect((await cli(["import", join(root.path, "image.tar"), name])).stderr).toBe("");
  });
  afterEach(() => root.remove());

  const config = () => join(root.path, "docker", "config.json");
  const cli = (words: readonly string[], options: StrakeOptions = {}) =>
    strake(words, {
      ...options,
      env: { ...root.env, DOCKER_CONFIG: join(root.path, "docker"), ...options.env },
    });
  const login = (password: string, options: StrakeOptions = {}) =>
    cli(["login", "-u", "alice", "--password-stdin", server.host], { ...options, stdin: `${password}\n` });

  test("has its token kept instead of the password, and used for what follows", async () => {
    expect(await login("secret")).toEqual({ stdout: "Login Succeeded\n", stderr: "", exitCode: 0 });
    expect(JSON.parse(readFileSync(config(), "utf8"))).toEqual({
      auths: { [server.host]: { auth: btoa("alice:"), identitytoken: TOKEN } },
    });
    expect((await cli(["push", "-q", name])).stderr).toBe("");
    await cli(["rmi", name]);
    expect((await cli(["pull", "-q", name])).stderr).toBe("");
    expect(tokens.requests.slice(-2)).toEqual([
      { who: "refresh", scopes: ["repository:private/app:pull,push"] },
      { who: "refresh", scopes: ["repository:private/app:pull"] },
    ]);
    expect((await cli(["login", server.host])).stdout).toBe(
      "Authenticating with existing credentials...\n\nLogin Succeeded\n",
    );
    await cli(["logout", server.host]);
    const refused = await cli(["pull", name]);
    expect(refused.stderr).toStartWith(
      `Error response from daemon: pull access denied for ${server.host}/private/app, repository does not exist or may require 'docker login': `,
    );
  });

  test("has its token given to a credential helper under the name that says what it is", async () => {
    const folder = join(root.path, "bin");
    mkdirSync(folder);
    const helper = join(folder, "docker-credential-test");
    await Bun.write(
      helper,
      `#!/bin/sh\ncase $1 in store) cat >${folder}/kept ;; get) cat ${folder}/kept ;; esac\n`,
    );
    chmodSync(helper, 0o755);
    await Bun.write(config(), JSON.stringify({ credHelpers: { [server.host]: "test" } }));
    const env = { PATH: `${folder}:${process.env.PATH}` };
    expect((await login("secret", { env })).exitCode).toBe(0);
    expect(await Bun.file(join(folder, "kept")).json()).toEqual({
      ServerURL: server.host,
      Username: "<token>",
      Secret: TOKEN,
    });
    expect((await cli(["push", "-q", name], { env })).stderr).toBe("");
    expect(tokens.requests.at(-1)?.who).toBe("refresh");
  });

  test("is not logged in to with a wrong password", async () => {
    expect(await login("wrong")).toEqual({
      stdout: "",
      stderr: `Error response from daemon: Get "http://${server.host}/v2/": unauthorized: incorrect username or password\n`,
      exitCode: 1,
    });
  });
});
