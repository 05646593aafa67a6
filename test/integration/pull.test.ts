import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { digestHex, digestOf, hostPlatform, MediaType } from "../../src/oci/index.ts";
import { tar } from "../support/busybox-archive.ts";
import { fileLayer, putImage } from "../support/fake-image.ts";
import { type FakeRegistry, fakeRegistry } from "../support/fake-registry.ts";
import { fsck } from "../support/fsck.ts";
import { lastOf } from "../support/last-of.ts";
import { type StrakeOptions, strake, strakeCommand } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

let root: TempRoot;
let server: FakeRegistry;

beforeEach(async () => {
  root = await tempRoot();
  server = fakeRegistry();
});
afterEach(async () => {
  expect(fsck(root.env)).toEqual([]);
  expect(namesIn(join(root.env.STRAKE_RUN ?? "", "pulls"))).toEqual([]);
  await server[Symbol.asyncDispose]();
  await root.remove();
});

const cli = (words: readonly string[], options: StrakeOptions = {}) =>
  strake(words, { ...options, env: { ...root.env, DOCKER_CONFIG: root.path, ...options.env } });
const spawn = (words: readonly string[]) =>
  Bun.spawn([...strakeCommand, ...words], {
    env: { ...process.env, ...root.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
const blobFolder = (name: string) => join(root.env.STRAKE_ROOT ?? "", "blobs", name);
const fetched = (digest: string) =>
  server.requests.filter(({ method, path }) => method === "GET" && path.endsWith(digest)).length;
const short = (digest: string) => digest.slice(7, 19);

test("a pull says what it does as Docker does, and the image runs", async () => {
  const { manifest, layers, id } = await putImage(server, { tag: "latest" });
  const name = `${server.host}/lib/busybox`;
  const layer = short(layers[0]?.digest ?? "");
  const first = await cli(["pull", name]);
  expect(first.stderr).toBe("");
  expect(first.stdout.split("\n")).toEqual([
    "Using default tag: latest",
    "latest: Pulling from lib/busybox",
    `${layer}: Pulling fs layer`,
    `${layer}: Verifying Checksum`,
    `${layer}: Download complete`,
    `${layer}: Pull complete`,
    `Digest: ${manifest.digest}`,
    `Status: Downloaded newer image for ${name}:latest`,
    `${name}:latest`,
    "",
  ]);
  const before = server.requests.length;
  const second = await cli(["image", "pull", `${name}:latest`]);
  expect(second.stdout.split("\n").slice(1, 3)).toEqual([
    `Digest: ${manifest.digest}`,
    `Status: Image is up to date for ${name}:latest`,
  ]);
  // One question by its name is enough.
  expect(server.requests.slice(before).map(({ method }) => method)).toEqual(["HEAD"]);
  expect((await cli(["pull", "-q", name])).stdout).toBe(`${name}:latest\n`);
  const view = await cli([
    "image",
    "inspect",
    "-f",
    "{{.Id}} {{json .RepoTags}} {{json .RepoDigests}}",
    name,
  ]);
  expect(view.stdout).toBe(`${id} ["${name}:latest"] ["${name}@${manifest.digest}"]\n`);
  const run = await cli(["run", "--rm", "--network", "none", `${name}@${manifest.digest}`, "echo", "hello"]);
  expect([run.stdout, run.stderr]).toEqual(["hello\n", ""]);
  const listed = await cli(["image", "ls", "--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}}"]);
  expect(listed.stdout).toBe(`${name} latest ${manifest.digest}\n`);
  const events = await cli(["events", "--since", "1h", "--until", "0s", "--filter", "event=pull"]);
  expect(events.stdout).toContain(`image pull ${name}:latest (name=${name})`);
});

test("layers that are gzip, zstd or plain give the same files", async () => {
  for (const compression of ["gzip", "zstd", "none"] as const) {
    const layers = [
      { ...fileLayer("a", "one"), compression },
      { ...fileLayer("b", compression), compression },
    ];
    const { id } = await putImage(server, { tag: compression, layers });
    const pulled = await cli(["pull", "-q", `${server.host}/x:${compression}`]);
    expect(pulled.stderr).toBe("");
    const view = await cli(["image", "inspect", "-f", "{{.Id}}", `${server.host}/x:${compression}`]);
    expect(view.stdout).toBe(`${id}\n`);
  }
});

test("of an index the image for the platform is taken, and never an attestation", async () => {
  const mine = await putImage(server, { layers: [fileLayer("mine", "1")] });
  const other = await putImage(server, {
    layers: [fileLayer("other", "1")],
    platform: { os: "linux", architecture: "s390x" },
  });
  const reference = { "vnd.docker.reference.type": "attestation-manifest" };
  const attestation = { ...mine.manifest, platform: { os: "unknown", architecture: "unknown" } };
  const index = server.manifest(
    {
      schemaVersion: 2,
      mediaType: MediaType.ociIndex,
      manifests: [
        { ...attestation, annotations: reference },
        { ...other.manifest, platform: { os: "linux", architecture: "s390x" } },
        { ...mine.manifest, platform: hostPlatform() },
      ],
    },
    { tag: "multi", mediaType: MediaType.ociIndex },
  );
  const name = `${server.host}/x:multi`;
  const idOf = async () => (await cli(["image", "inspect", "-f", "{{.Id}}", name])).stdout.trim();
  expect((await cli(["pull", name])).stdout).toContain(`Digest: ${index.digest}\n`);
  expect(await idOf()).toBe(mine.id);
  await cli(["pull", "--platform", "linux/s390x", name]);
  expect(await idOf()).toBe(other.id);
  await cli(["pull", name], { env: { DOCKER_DEFAULT_PLATFORM: "linux/amd64" } });
  const missing = await cli(["pull", "--platform", "linux/riscv64", name]);
  expect(missing.stderr).toBe("no matching manifest for linux/riscv64 in the manifest list entries\n");
  expect(missing.exitCode).toBe(1);
});

test("layers that images share are fetched once, also by two processes at the same time", async () => {
  const base = fileLayer("base", crypto.getRandomValues(new Uint8Array(300_000)));
  const one = await putImage(server, { tag: "one", layers: [base, fileLayer("one", "1")] });
  await putImage(server, { tag: "two", layers: [base, fileLayer("two", "2")] });
  const shared = one.layers[0]?.digest ?? "";
  const pulls = ["one", "two", "one"].map((tag) => cli(["pull", "-q", `${server.host}/x:${tag}`]));
  expect((await Promise.all(pulls)).map(({ stderr, exitCode }) => [stderr, exitCode])).toEqual(
    pulls.map(() => ["", 0]),
  );
  expect(fetched(shared)).toBe(1);
  await putImage(server, { tag: "three", layers: [base] });
  const third = await cli(["pull", `${server.host}/x:three`]);
  expect(third.stdout).toContain(`${short(shared)}: Already exists`);
  expect(fetched(shared)).toBe(1);
});

test("a layer that is twice in an image is fetched once", async () => {
  const twice = fileLayer("same", "again");
  const { layers } = await putImage(server, { tag: "1", layers: [twice, twice, twice] });
  expect((await cli(["pull", "-q", `${server.host}/x:1`])).stderr).toBe("");
  expect(fetched(layers[0]?.digest ?? "")).toBe(1);
});

test("a pull that was killed leaves a whole store, and the next one goes on where it was", async () => {
  const size = 4_000_000;
  const big = fileLayer("big", crypto.getRandomValues(new Uint8Array(size)));
  const { layers, id } = await putImage(server, { tag: "1", layers: [fileLayer("a", "1"), big] });
  const digest = layers[1]?.digest ?? "";
  const bytes = await collectBlob(digest);
  const half = 2_000_000;
  let whole = false;
  server.lie((_, { pathname }) => {
    if (whole || !pathname.endsWith(digest)) return undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes.slice(0, half)),
    });
    return new Response(body);
  });
  const partial = join(blobFolder("partial"), digestHex(digestOf(bytes)));
  await mkdir(blobFolder("partial"), { recursive: true });
  const killed = spawn(["pull", `${server.host}/x:1`]);
  await untilSize(partial, half);
  killed.kill("SIGKILL");
  await killed.exited;
  whole = true;
  expect((await cli(["images", "-q"])).stdout).toBe("");
  expect(fsck(root.env)).toEqual([]);
  expect((await cli(["pull", "-q", `${server.host}/x:1`])).stderr).toBe("");
  expect(server.requests.at(-1)?.range).toBe(`bytes=${half}-`);
  expect(fetched(layers[0]?.digest ?? "")).toBe(1);
  const view = await cli(["image", "inspect", "-f", "{{.Id}}", `${server.host}/x:1`]);
  expect(view.stdout).toBe(`${id}\n`);
  expect(namesIn(blobFolder("partial"))).toEqual([]);
});

test("a pull that is interrupted ends and keeps what has come", async () => {
  const big = fileLayer("big", crypto.getRandomValues(new Uint8Array(1_000_000)));
  const { layers } = await putImage(server, { tag: "1", layers: [big] });
  const digest = layers[0]?.digest ?? "";
  const bytes = await collectBlob(digest);
  server.lie((_, { pathname }) =>
    pathname.endsWith(digest)
      ? new Response(
          new ReadableStream<Uint8Array>({
            start: (controller) => controller.enqueue(bytes.slice(0, 500_000)),
          }),
        )
      : undefined,
  );
  await mkdir(blobFolder("partial"), { recursive: true });
  const partial = join(blobFolder("partial"), digestHex(digestOf(bytes)));
  const child = spawn(["pull", `${server.host}/x:1`]);
  await untilSize(partial, 500_000);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(statSync(partial).size).toBe(500_000);
});

test("what an interrupted download left is thrown away when it is not the blob's beginning", async () => {
  const { layers } = await putImage(server, { tag: "1", layers: [fileLayer("a", "content of a")] });
  const digest = layers[0]?.digest ?? "";
  await mkdir(blobFolder("partial"), { recursive: true });
  await Bun.write(join(blobFolder("partial"), digest.slice(7)), "\x1f\x8b\x08garbage");
  expect((await cli(["pull", "-q", `${server.host}/x:1`])).stderr).toBe("");
  expect(fetched(digest)).toBe(2);
});

test("removing an image removes its blobs, but for those that others need", async () => {
  const base = fileLayer("base", "1");
  await putImage(server, { tag: "one", layers: [base, fileLayer("one", "1")] });
  await putImage(server, { tag: "two", layers: [base] });
  await cli(["pull", "-q", `${server.host}/x:one`]);
  await cli(["pull", "-q", `${server.host}/x:two`]);
  expect(namesIn(blobFolder("sha256"))).toHaveLength(2);
  await cli(["rmi", `${server.host}/x:one`]);
  expect(namesIn(blobFolder("sha256"))).toHaveLength(1);
  await cli(["rmi", `${server.host}/x:two`]);
  expect(namesIn(blobFolder("sha256"))).toEqual([]);
});

test("all tags of a repository are pulled with -a, which takes no tag", async () => {
  await putImage(server, { tag: "a", layers: [fileLayer("a", "1")] });
  await putImage(server, { tag: "b", layers: [fileLayer("b", "1")] });
  server.lie((_, { pathname }) =>
    pathname.endsWith("/tags/list") ? Response.json({ name: "x", tags: ["a", "b"] }) : undefined,
  );
  const name = `${server.host}/x`;
  const { stdout } = await cli(["pull", "-a", name]);
  expect(stdout).toEndWith(`Status: Downloaded newer image for ${name}\n${name}\n`);
  expect((await cli(["images", "--format", "{{.Tag}}"])).stdout.trim().split("\n").sort()).toEqual([
    "a",
    "b",
  ]);
  const wrong = await cli(["pull", "-a", `${name}:a`]);
  expect([wrong.stderr, wrong.exitCode]).toEqual(["tag can't be used with --all-tags/-a\n", 1]);
});

test("a digest says all: a tag beside it is neither asked for nor given", async () => {
  const { manifest } = await putImage(server, { tag: "1", layers: [fileLayer("a", "1")] });
  const name = `${server.host}/x`;
  const { stdout } = await cli(["pull", `${name}:other@${manifest.digest}`]);
  expect(stdout).toStartWith(`${name}@${manifest.digest}: Pulling from x\n`);
  const listed = await cli(["images", "--digests", "--format", "{{.Repository}} {{.Tag}} {{.Digest}}"]);
  expect(listed.stdout).toBe(`${name} <none> ${manifest.digest}\n`);
  const run = ["run", "--rm", "--pull", "never", "--network", "none", `${name}:other@${manifest.digest}`];
  expect((await cli([...run, "nothing"])).stderr).toContain('"nothing": executable file not found');
});

test("run and create pull an image that is missing, always or never", async () => {
  await putImage(server, { tag: "1" });
  const name = `${server.host}/x:1`;
  const run = (...flags: string[]) => cli(["run", "--rm", "--network", "none", ...flags, name, "echo", "up"]);
  const never = await run("--pull", "never");
  expect([never.exitCode, never.stderr]).toEqual([
    125,
    `strake: Error response from daemon: No such image: ${name}\n\nRun 'strake run --help' for more information\n`,
  ]);
  const missing = await run();
  expect(missing.stdout).toBe("up\n");
  expect(missing.stderr).toStartWith(`Unable to find image '${name}' locally\n1: Pulling from x\n`);
  expect(missing.stderr).toEndWith(`Status: Downloaded newer image for ${name}\n`);
  expect((await run()).stderr).toBe("");
  const always = await run("--pull", "always");
  expect([always.stdout, always.stderr]).toEqual([
    "up\n",
    expect.stringContaining(`Status: Image is up to date for ${name}\n`),
  ]);
  expect((await run("--pull", "always", "-q")).stderr).toBe("");
  const created = await cli(["create", "--pull", "always", "-q", name]);
  expect(created.stdout).toMatch(/^[0-9a-f]{64}\n$/);
  await cli(["rm", created.stdout.trim()]);
});

test("errors are Docker's", async () => {
  const cases: [string, string][] = [
    [
      `${server.host}/nope:1`,
      `Error response from daemon: manifest for ${server.host}/nope:1 not found: manifest unknown: manifest unknown\n`,
    ],
    ["BAD", "invalid reference format: repository name (library/BAD) must be lowercase\n"],
    ["scratch:1", "Error response from daemon: 'scratch' is a reserved name\n"],
    [
      "127.0.0.1:1/x:1",
      'Error response from daemon: Head "http://127.0.0.1:1/v2/x/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused\n',
    ],
  ];
  for (const [name, text] of cases) {
    const { stderr, exitCode } = await cli(["pull", name]);
    expect([stderr, exitCode]).toEqual([text, 1]);
  }
  expect((await cli(["pull", "-a", `${server.host}/nope`])).stderr).toBe(
    `Error response from daemon: repository ${server.host}/nope not found: blob unknown: blob unknown to registry\n`,
  );
});

test("a terminal shows a line for each layer, and all of them in the end", async () => {
  const { layers } = await putImage(server, { tag: "1", layers: [fileLayer("a", "1"), fileLayer("b", "2")] });
  const { stdout } = await cli(["pull", `${server.host}/x:1`], { tty: true });
  for (const { digest } of layers) expect(stdout).toContain(`\r\x1b[K${short(digest)}: Pull complete`);
  expect(stdout).toContain("\x1b[2A");
  expect(stdout).toEndWith(`${server.host}/x:1\r\n`);
});

async function collectBlob(digest: string): Promise<Uint8Array> {
  const response = await fetch(`http://${server.host}/v2/x/blobs/${digest}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  (server.requests as unknown[]).pop();
  return bytes;
}

/** Resolves once the file has `size` bytes, told by the kernel. */
/** Looks again and again: of changes that come close together, a watch does not tell each. */
async function untilSize(path: string, size: number): Promise<void> {
  const missing = await lastOf(() =>
    statSync(path, { throwIfNoEntry: false })?.size === size ? [] : [path],
  );
  if (missing.length > 0) throw new Error(`${path} does not have ${size} bytes`);
}

test("an entry of a layer cannot lead out of it", async () => {
  const evil = {
    tar: tar([
      { path: "up", link: "/" },
      { path: "up/escaped-strake", data: "x" },
    ]),
  };
  await putImage(server, { tag: "1", layers: [evil] });
  await cli(["pull", "-q", `${server.host}/x:1`]);
  expect(existsSync("/escaped-strake")).toBe(false);
});
