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
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Descriptor, digestOf, MediaType, parseReference } from "../../src/oci/index.ts";
import { openRegistry } from "../../src/registry/index.ts";
import { tar } from "../support/busybox-archive.ts";
import { type DockerRegistry, dockerRegistry, hasRegistry } from "../support/docker-registry.ts";
import { fileLayer, putImage } from "../support/fake-image.ts";
import { fakeRegistry } from "../support/fake-registry.ts";
import { fsck } from "../support/fsck.ts";
import { type StrakeOptions, strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(30_000);

describe.skipIf(!hasRegistry)("push", () => {
  let server: DockerRegistry;
  let root: TempRoot;
  const registry = openRegistry({ folders: [] });
  beforeAll(async () => {
    server = await dockerRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    root = await tempRoot();
  });
  afterEach(async () => {
    expect(fsck(root.env)).toEqual([]);
    await root.remove();
  });

  const cli = (words: readonly string[], options: StrakeOptions = {}) =>
    strake(words, { ...options, env: { ...root.env, DOCKER_CONFIG: root.path, ...options.env } });

  /** Makes an image of one file of `size` bytes that do not compress well. */
  async function importImage(name: string, size = 1000): Promise<void> {
    const archive = join(root.path, "import.tar");
    const bytes = crypto.getRandomValues(new Uint8Array(Math.min(size, 65_000)));
    const data = Buffer.concat(Array.from({ length: Math.ceil(size / bytes.length) }, () => bytes)).subarray(
      0,
      size,
    );
    await Bun.write(archive, tar([{ path: "file", data }]));
    expect((await cli(["import", archive, name])).stderr).toBe("");
  }

  async function readImage(name: string) {
    const reference = parseReference(name);
    const { value, descriptor } = await registry.manifest(reference);
    return { descriptor, value, layers: value.layers as readonly Descriptor[] };
  }

  async function idOf(name: string): Promise<string> {
    return (await cli(["image", "inspect", "-f", "{{.Id}}", name])).stdout.trim();
  }

  test("an image made here is pushed in Docker's words and form, and comes back the same", async () => {
    const name = `${server.host}/made/here:v1`;
    await importImage(name, 9_000_000);
    const layer = (await cli(["image", "inspect", "-f", "{{index .RootFS.Layers 0}}", name])).stdout.trim();
    const id = await idOf(name);
    const pushed = await cli(["push", name]);
    expect(pushed.stderr).toBe("");
    const { descriptor, value, layers } = await readImage(name);
    expect(pushed.stdout.split("\n")).toEqual([
      `The push refers to repository [${server.host}/made/here]`,
      `${layer.slice(7, 19)}: Preparing`,
      `${layer.slice(7, 19)}: Pushed`,
      `v1: digest: ${descriptor.digest} size: ${descriptor.size}`,
      "",
    ]);
    expect([descriptor.mediaType, (value.config as Descriptor).digest as string]).toEqual([
      MediaType.dockerManifest,
      id,
    ]);
    expect(layers.map(({ mediaType }) => mediaType)).toEqual([MediaType.dockerLayerGzip]);
    const bytes = Buffer.concat(
      await Array.fromAsync(registry.blob(parseReference(name), layers[0] as Descriptor)),
    );
    expect(digestOf(gunzipSync(bytes)) as string).toBe(layer);
    const again = await cli(["push", name]);
    expect(again.stdout).toContain(`${layer.slice(7, 19)}: Layer already exists\n`);
    expect(again.stdout).toContain(`v1: digest: ${descriptor.digest} size:`);
    expect((await cli(["push", "-q", name])).stdout).toBe(`${name}\n`);
    const digests = await cli(["image", "inspect", "-f", "{{json .RepoDigests}}", name]);
    expect(digests.stdout).toBe(`["${server.host}/made/here@${descriptor.digest}"]\n`);
    await cli(["rmi", name]);
    await cli(["pull", "-q", name]);
    expect(await idOf(name)).toBe(id);
  });

  test("a pulled image keeps its digest when it is pushed elsewhere, whatever its form", async () => {
    await using origin = fakeRegistry();
    for (const compression of ["gzip", "zstd", "none"] as const) {
      const layers = ["a", "b"]
        .map((path) => fileLayer(path, compression))
        .map((each) => ({
          ...each,
          compression,
        }));
      const { manifest } = await putImage(origin, { tag: compression, layers });
      await cli(["pull", "-q", `${origin.host}/x:${compression}`]);
      const name = `${server.host}/elsewhere:${compression}`;
      await cli(["tag", `${origin.host}/x:${compression}`, name]);
      expect((await cli(["push", name])).stdout).toContain(
        `digest: ${manifest.digest} size: ${manifest.size}\n`,
      );
      expect((await readImage(name)).descriptor.digest).toBe(manifest.digest);
    }
  });

  test("layers come from another repository of the registry where they are known to be", async () => {
    await importImage(`${server.host}/first:1`);
    await cli(["push", `${server.host}/first:1`]);
    await cli(["tag", `${server.host}/first:1`, `${server.host}/second:1`]);
    expect((await cli(["push", `${server.host}/second:1`])).stdout).toContain(": Mounted from first\n");
    expect((await readImage(`${server.host}/second:1`)).layers).toHaveLength(1);
  });

  test("zstd layers make an OCI image, and compressing gives the same bytes each time", async () => {
    const name = `${server.host}/zstd:1`;
    await importImage(name, 6_000_000);
    expect((await cli(["push", "--compression", "zstd", name])).stderr).toBe("");
    const first = await readImage(name);
    expect([first.descriptor.mediaType, first.layers[0]?.mediaType]).toEqual([
      MediaType.ociManifest,
      MediaType.ociLayerZstd,
    ]);
    await cli(["push", "--compression", "gzip", `${server.host}/zstd:1`]);
    expect((await readImage(name)).layers[0]?.mediaType).toBe(MediaType.dockerLayerGzip);
    await using other = await dockerRegistry();
    await cli(["tag", name, `${other.host}/zstd:1`]);
    await cli(["push", "--compression", "zstd", `${other.host}/zstd:1`]);
    const second = await registry.manifest(parseReference(`${other.host}/zstd:1`));
    expect(second.descriptor).toEqual(first.descriptor);
    const wrong = await cli(["push", "--compression", "lz4", name]);
    expect([wrong.stderr, wrong.exitCode]).toEqual([
      'invalid --compression "lz4": must be "gzip" or "zstd"\n',
      1,
    ]);
  });

  test("all tags of a repository are pushed with -a", async () => {
    await importImage(`${server.host}/many:a`);
    await cli(["tag", `${server.host}/many:a`, `${server.host}/many:b`]);
    await cli(["tag", `${server.host}/many:a`, `${server.host}/many-others:c`]);
    const { stdout } = await cli(["push", "-a", `${server.host}/many`]);
    expect(stdout.split("\n").filter((line) => line.includes("digest:"))).toEqual([
      expect.stringMatching(/^a: digest: /),
      expect.stringMatching(/^b: digest: /),
    ]);
    expect((await registry.tags(parseReference(`${server.host}/many`))).sort()).toEqual(["a", "b"]);
  });

  test("errors are Docker's", async () => {
    const outcome = async (...words: string[]) => {
      const { stdout, stderr, exitCode } = await cli(["push", ...words]);
      return [stdout, stderr, exitCode];
    };
    expect(await outcome(`${server.host}/none:1`)).toEqual([
      `The push refers to repository [${server.host}/none]\n`,
      `An image does not exist locally with the tag: ${server.host}/none\n`,
      1,
    ]);
    expect(await outcome("-a", `${server.host}/none:1`)).toEqual([
      "",
      "tag can't be used with --all-tags/-a\n",
      1,
    ]);
    expect(await outcome(`x@${digestOf("x")}`)).toEqual(["", "cannot push a digest reference\n", 1]);
    expect((await outcome("BAD"))[1]).toBe(
      "invalid reference format: repository name (library/BAD) must be lowercase\n",
    );
  });

  test("a layer whose files were changed under the engine is not pushed", async () => {
    const name = `${server.host}/damaged:1`;
    await importImage(name);
    const layers = join(root.env.STRAKE_ROOT ?? "", "layers");
    const folder = readdirSync(layers).find((each) => existsSync(join(layers, each, "fs", "file"))) ?? "";
    await Bun.write(join(layers, folder, "fs", "file"), "x".repeat(1000));
    const pushed = await cli(["push", name]);
    expect([pushed.stderr, pushed.exitCode]).toEqual([expect.stringContaining("is damaged"), 1]);
    await expect(registry.resolve(parseReference(name))).rejects.toMatchObject({ kind: "notFound" });
  });

  test("a registry that wants a password gets it from the config of the user", async () => {
    await using locked = await dockerRegistry({ users: { alice: "secret" } });
    const name = `${locked.host}/locked:1`;
    await importImage(name);
    const refused = await cli(["push", name]);
    expect(refused.stderr).toStartWith(
      `no basic auth credentials\nHint: log in with: strake login ${locked.host}\n`,
    );
    const login = await cli(["login", "-u", "alice", "--password-stdin", locked.host], { stdin: "secret\n" });
    expect([login.stdout, login.exitCode]).toEqual(["Login Succeeded\n", 0]);
    expect((await cli(["push", name])).stderr).toBe("");
    await cli(["rmi", name]);
    expect((await cli(["pull", "-q", name])).stderr).toBe("");
  });
});
