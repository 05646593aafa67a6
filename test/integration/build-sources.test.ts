import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GitDefinition, HttpDefinition } from "../../src/build/graph/definition.ts";
import { gitOp } from "../../src/build/ops/git.ts";
import { httpOp } from "../../src/build/ops/http.ts";
import type { Result } from "../../src/build/result.ts";
import {
  listSources,
  releaseSource,
  removeSource,
  trimSources,
} from "../../src/build/sources/source-cache.ts";
import { digestOf } from "../../src/oci/index.ts";
import { sh } from "../../src/snapshot/testing.fixture.ts";
import { type ImageStore, openImageStore } from "../support/image-store.ts";
import { type TestContext, testContext } from "../support/op-context.ts";

let store: ImageStore;

beforeEach(() => {
  store = openImageStore();
});

afterEach(() => store.close());

function rootOf(result: Result): string {
  if (result.kind !== "tree") throw new Error("no tree");
  return result.root;
}

function http(url: string, overrides: Partial<HttpDefinition> = {}): HttpDefinition {
  return { op: "http", url, fileName: "f", checksum: undefined, ...overrides };
}

async function fetchFile(definition: HttpDefinition): Promise<string> {
  const root = await withBuild(async (context) => rootOf(await httpOp.execute(definition, context)));
  return join(root, definition.fileName);
}

/** What a step gives in a build that ends after it. */
async function withBuild<T>(step: (context: TestContext) => Promise<T>): Promise<T> {
  const context = testContext(store);
  const result = await step(context);
  for (const lease of context.uses) await releaseSource(store.store, lease);
  return result;
}

/** A web server that notes what it was asked. */
function serve(answer: (request: Request) => Response) {
  const asked: { readonly authorization: string | null }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      asked.push({ authorization: request.headers.get("authorization") });
      return answer(request);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, asked, [Symbol.dispose]: () => void server.stop(true) };
}

const MODIFIED = "Tue, 01 Feb 2022 03:04:05 GMT";

test("a downloaded file is root's alone and as old as the server says", async () => {
  using server = serve(() => new Response("hello", { headers: { "last-modified": MODIFIED } }));
  const path = await fetchFile(http(`${server.url}/x/f`));
  expect(readFileSync(path, "utf8")).toBe("hello");
  expect(statSync(path).mode & 0o7777).toBe(0o600);
  expect(statSync(path).mtimeMs).toBe(Date.parse(MODIFIED));
});

test("a file that did not change is not downloaded again, one that did is", async () => {
  let tag = '"1"';
  const bodies: number[] = [];
  using server = serve((request) => {
    const same = request.headers.get("if-none-match") === tag;
    bodies.push(same ? 304 : 200);
    return new Response(same ? null : `body of ${tag}`, { status: same ? 304 : 200, headers: { etag: tag } });
  });
  expect(readFileSync(await fetchFile(http(server.url)), "utf8")).toBe('body of "1"');
  expect(readFileSync(await fetchFile(http(server.url)), "utf8")).toBe('body of "1"');
  tag = '"2"';
  expect(readFileSync(await fetchFile(http(server.url)), "utf8")).toBe('body of "2"');
  expect(bodies).toEqual([200, 304, 200]);
});

test("with a checksum the server is not asked again, and the wrong file is refused", async () => {
  using server = serve(() => new Response("hello"));
  const right = http(server.url, { checksum: digestOf("hello") });
  await fetchFile(right);
  await fetchFile(right);
  expect(server.asked).toHaveLength(1);
  const wrong = http(`${server.url}/other`, { checksum: digestOf("hallo") });
  await expect(fetchFile(wrong)).rejects.toMatchObject({ kind: "dataLoss" });
});

test("what a URL has of credentials goes to no other host", async () => {
  using other = serve(() => new Response("there"));
  using server = serve(({ url }) => {
    const { pathname } = new URL(url);
    return pathname === "/here" ? Response.redirect("/there") : Response.redirect(`${other.url}/f`);
  });
  const url = `${server.url.replace("://", "://user:secret@")}/here`;
  expect(readFileSync(await fetchFile(http(url)), "utf8")).toBe("there");
  const expected = `Basic ${Buffer.from("user:secret").toString("base64")}`;
  expect(server.asked.map(({ authorization }) => authorization)).toEqual([expected, expected]);
  expect(other.asked.map(({ authorization }) => authorization)).toEqual([null]);
});

test("a failed download says so without the password", async () => {
  using server = serve(() => new Response("no", { status: 403 }));
  const url = `${server.url.replace("://", "://user:secret@")}/f`;
  const failure = fetchFile(http(url));
  await expect(failure).rejects.toMatchObject({ kind: "unavailable" });
  await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining("secret") });
});

test("a redirect to what is no web server is refused", async () => {
  using server = serve(
    () => new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } }),
  );
  await expect(fetchFile(http(server.url))).rejects.toMatchObject({ kind: "invalidArgument" });
});

test("sources that were not used for long are removed beyond the limit", async () => {
  using server = serve(() => new Response("hello"));
  await fetchFile(http(server.url));
  expect(await trimSources(store.store, { most: 0, unusedSince: 0 })).toBe(0);
  expect(await trimSources(store.store, { most: 0, unusedSince: Date.now() })).toBe(5);
  expect(readdirSync(join(store.store.root, "sources"))).toEqual([]);
});

test("a source that a build uses stays until that ends, even when it is removed or replaced", async () => {
  let body = "one";
  using server = serve(() => new Response(body));
  const sources = join(store.store.root, "sources");
  const file = () => readdirSync(sources).map((id) => readFileSync(join(sources, id, "file"), "utf8"));
  await withBuild(async (context) => {
    await httpOp.execute(http(server.url), context);
    body = "two";
    await fetchFile(http(server.url));
    expect(file().sort()).toEqual(["one", "two"]);
  });
  expect(file()).toEqual(["two"]);
  await withBuild(async (context) => {
    await httpOp.execute(http(server.url), context);
    for (const row of listSources(store.store)) expect(await removeSource(store.store, row)).toBe(0);
    expect(file()).toEqual(["two"]);
  });
  expect(file()).toEqual([]);
});

test("a file of a server that tells no date is from 1970, so that it is the same each time", async () => {
  using server = serve(() => new Response("hello"));
  expect(statSync(await fetchFile(http(server.url))).mtimeMs).toBe(0);
});

test("a download that ends before its end is refused", async () => {
  const socket = {
    data(each: { end(text: string): void }) {
      each.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello");
    },
  };
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
  try {
    const url = `http://127.0.0.1:${server.port}/f`;
    await expect(fetchFile(http(url))).rejects.toMatchObject({
      kind: "unavailable",
      message: `Get "${url}": the connection was closed unexpectedly`,
    });
  } finally {
    server.stop(true);
  }
});

test("a server that cannot be reached is named, with the reason", async () => {
  const port = freePort();
  await expect(fetchFile(http(`http://127.0.0.1:${port}/f?token=x`))).rejects.toMatchObject({
    kind: "unavailable",
    message: `Get "http://127.0.0.1:${port}/f": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
});

/** A repository behind `git daemon`, with a commit on `main`, one on `next`, and a tag. */
async function withRepository(section: (remote: string, folder: string) => Promise<void>): Promise<void> {
  const folder = join(store.folder, "served/repo.git");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "a"), "first");
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "sub/b"), "in sub");
  symlinkSync("/etc", join(folder, "out"));
  symlinkSync("sub", join(folder, "inner"));
  const commit = 'git -c user.name=t -c user.email=t@t commit -qm "$1"';
  const env = "export GIT_COMMITTER_DATE=@1600000000 GIT_AUTHOR_DATE=@1600000000 GIT_CONFIG_GLOBAL=/dev/null";
  sh(folder, `${env}; c() { git add -A; ${commit}; }; git init -q -b main; c one; git tag v1`);
  sh(
    folder,
    `${env}; c() { git add -A; ${commit}; }; git checkout -qb next; echo second >a; c two; git checkout -q main`,
  );
  const port = freePort();
  // Not through `git`, which would stay behind a child of its own.
  const program = join(sh(folder, "git --exec-path").trim(), "git-daemon");
  const daemon = Bun.spawn(
    [
      program,
      `--base-path=${join(store.folder, "served")}`,
      "--export-all",
      "--listen=127.0.0.1",
      `--port=${port}`,
      "--verbose",
      "--reuseaddr",
    ],
    { stderr: "pipe", stdout: "ignore" },
  );
  try {
    const ready = daemon.stderr.getReader();
    await ready.read();
    await section(`git://127.0.0.1:${port}/repo.git`, folder);
    await ready.cancel();
  } finally {
    daemon.kill("SIGKILL");
    await daemon.exited;
  }
}

function freePort(): number {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = server;
  server.stop(true);
  return port;
}

function git(remote: string, overrides: Partial<GitDefinition> = {}): GitDefinition {
  return {
    op: "git",
    remote,
    ref: "",
    subdir: "",
    keepGitDir: false,
    checksum: undefined,
    submodules: true,
    ...overrides,
  };
}

async function checkout(definition: GitDefinition): Promise<string> {
  return await withBuild(async (context) => rootOf(await gitOp.execute(definition, context)));
}

test("a git source gives the files of a branch, tag or commit, as old as the commit", async () => {
  await withRepository(async (remote, folder) => {
    const main = await checkout(git(remote));
    expect(readdirSync(main).sort()).toEqual(["a", "inner", "out", "sub"]);
    expect(statSync(join(main, "a")).mtimeMs).toBe(1_600_000_000_000);
    const next = await checkout(git(remote, { ref: "next" }));
    expect(readFileSync(join(next, "a"), "utf8")).toBe("second\n");
    expect(await checkout(git(remote, { ref: "v1" }))).toBe(main);
    const commit = sh(folder, "git rev-parse next").trim();
    expect(await checkout(git(remote, { ref: commit }))).toBe(next);
    expect(await checkout(git(remote, { ref: commit.slice(0, 8) }))).toBe(next);
    expect(readdirSync(await checkout(git(remote, { keepGitDir: true })))).toContain(".git");
  });
});

test("a git source is refused when it has no such ref, or not the commit that it must be", async () => {
  await withRepository(async (remote) => {
    await expect(checkout(git(remote, { ref: "none" }))).rejects.toMatchObject({
      kind: "notFound",
      message: "repository does not contain ref none",
    });
    await expect(checkout(git(remote, { checksum: "0123abc" }))).rejects.toMatchObject({ kind: "dataLoss" });
  });
});

test("the folder of a git source is looked up inside the checkout", async () => {
  await withRepository(async (remote) => {
    expect(readdirSync(await checkout(git(remote, { subdir: "inner" })))).toEqual(["b"]);
    expect(readdirSync(await checkout(git(remote, { subdir: "../../sub" })))).toEqual(["b"]);
    await expect(checkout(git(remote, { subdir: "out" }))).rejects.toMatchObject({ kind: "notFound" });
  });
});

test("a commit that is here is not fetched again", async () => {
  let root = "";
  await withRepository(async (remote, folder) => {
    const commit = sh(folder, "git rev-parse main").trim();
    root = await checkout(git(remote, { ref: commit }));
    const gone = git(remote, { ref: commit });
    sh(folder, "rm -r .git");
    expect(await checkout(gone)).toBe(root);
  });
});

test("steps that want the same commit at the same time all get it", async () => {
  await withRepository(async (remote) => {
    const wanted = ["sub", "inner", "", "sub/"].map((subdir) => git(remote, { subdir }));
    await withBuild(async (context) => {
      const roots = (await Promise.all(wanted.map((each) => gitOp.execute(each, context)))).map(rootOf);
      expect(roots.map((root) => readdirSync(root))).toEqual([["b"], ["b"], expect.anything(), ["b"]]);
    });
    expect(readdirSync(join(store.store.root, "sources"))).toHaveLength(1);
  });
});

test("a git source cannot be a program, an option or a path of this machine", async () => {
  const canary = join(store.folder, "canary");
  for (const remote of [
    `ext::sh -c touch% ${canary}`,
    `--upload-pack=touch ${canary}`,
    `file://${store.folder}`,
  ]) {
    await expect(checkout(git(remote))).rejects.toBeInstanceOf(Error);
  }
  expect(readdirSync(store.folder)).not.toContain("canary");
});
