import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Descriptor, MediaType } from "../../src/oci/index.ts";
import { buildFolder } from "../support/build-folder.ts";
import { type DockerRegistry, dockerRegistry, hasRegistry } from "../support/docker-registry.ts";
import { engineRoot, IMAGE } from "../support/engine-root.ts";

setDefaultTimeout(60_000);

describe.skipIf(!hasRegistry)("with a registry", () => {
  let server: DockerRegistry;
  beforeAll(async () => {
    server = await dockerRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("a machine that shares nothing else takes the steps of another from the cache that it pushed", async () => {
    const ref = `${server.host}/team/cache:main`;
    const dockerfile = `FROM ${IMAGE} AS made
RUN cat /proc/sys/kernel/random/uuid > /uuid
FROM ${IMAGE}
COPY --from=made /uuid /uuid
RUN cp /uuid /again
`;
    const ids: string[] = [];
    for (const words of [
      ["--cache-to", `type=registry,ref=${ref},mode=max`],
      ["--cache-from", ref],
    ]) {
      await using at = await engineRoot();
      const folder = await buildFolder(at);
      const outcome = await folder.build(["-t", "shared", ...words], dockerfile);
      expect(outcome).toMatchObject({ exitCode: 0 });
      expect(folder.steps(outcome).ran).toHaveLength(ids.length === 0 ? 3 : 0);
      ids.push((await at.cli(["image", "inspect", "--format", "{{ .Id }}", "shared"])).stdout);
    }
    expect(ids[0]).toStartWith("sha256:");
    expect(ids[1]).toBe(ids[0] ?? "");
  });

  test("an image that carries its cache is one for the machine that names it", async () => {
    const name = `${server.host}/team/inline:1`;
    const dockerfile = `FROM ${IMAGE}\nRUN cat /proc/sys/kernel/random/uuid > /uuid\nCMD ["cat", "/uuid"]\n`;
    await using first = await engineRoot();
    const source = await buildFolder(first);
    const words = ["-t", name, "--cache-to", "type=inline", "--push"];
    expect(await source.build(words, dockerfile)).toMatchObject({ exitCode: 0 });
    await using second = await engineRoot();
    const folder = await buildFolder(second);
    const outcome = await folder.build(["-t", "inline", "--cache-from", name], dockerfile);
    expect(folder.steps(outcome)).toEqual({
      ran: [],
      cached: ["RUN cat /proc/sys/kernel/random/uuid > /uuid"],
    });
  });

  test("what was built is pushed, and another machine builds on it by name alone", async () => {
    const name = `${server.host}/team/base:1`;
    await using first = await engineRoot();
    const source = await buildFolder(first);
    const pushed = await source.build(["--push", "-t", name], `FROM ${IMAGE}\nRUN echo pushed > /made\n`);
    expect(pushed).toMatchObject({ exitCode: 0 });
    await using second = await engineRoot();
    const folder = await buildFolder(second);
    const built = await folder.build(["-t", "on-top"], `FROM ${name}\nRUN cat /made > /copied\n`);
    expect(built).toMatchObject({ exitCode: 0 });
    const { stdout } = await second.cli(["run", "--rm", "--network", "none", "on-top", "cat", "/copied"]);
    expect(stdout).toBe("pushed\n");
  });

  test("all layers are pushed with the compression that the output names", async () => {
    const name = `${server.host}/team/compressed`;
    await using at = await engineRoot();
    const folder = await buildFolder(at);
    const words = ["-o", `type=registry,name=${name},compression=zstd,force-compression=true`];
    expect(await folder.build(words, `FROM ${IMAGE}\nRUN echo x > /x\n`)).toMatchObject({ exitCode: 0 });
    const { layers } = JSON.parse((await at.cli(["manifest", "inspect", name])).stdout);
    expect(layers.map((each: Descriptor) => each.mediaType)).toEqual([
      MediaType.ociLayerZstd,
      MediaType.ociLayerZstd,
    ]);
  });

  test("annotations are in the manifest that is pushed, and only in that of the build that has them", async () => {
    const name = `${server.host}/team/annotated:1`;
    await using at = await engineRoot();
    const folder = await buildFolder(at);
    const dockerfile = `FROM ${IMAGE}\nRUN true\n`;
    const read = async () => JSON.parse((await at.cli(["manifest", "inspect", name])).stdout);
    const build = async (...words: string[]) =>
      expect(await folder.build(["--push", "-t", name, ...words], dockerfile)).toMatchObject({ exitCode: 0 });
    await build("--annotation", "org.opencontainers.image.title=A <title>", "--annotation", "manifest:b=c");
    expect(await read()).toMatchObject({
      mediaType: MediaType.ociManifest,
      config: { mediaType: MediaType.ociConfig },
      annotations: { "org.opencontainers.image.title": "A <title>", b: "c" },
    });
    await build();
    expect((await read()).annotations).toBeUndefined();
  });

  test("several platforms are pushed as one index, of which each machine takes its own", async () => {
    const name = `${server.host}/team/several:1`;
    await using at = await engineRoot();
    const folder = await buildFolder(at);
    const dockerfile = "FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /which\n";
    for (const arch of ["amd64", "arm64"]) await folder.write(arch, arch);
    const words = ["--push", "-t", name, "--platform", "linux/amd64,linux/arm64"];
    expect(await folder.build(words, dockerfile)).toMatchObject({ exitCode: 0 });
    const index = JSON.parse((await at.cli(["manifest", "inspect", name])).stdout);
    expect([index.mediaType, index.manifests.map((each: Descriptor) => each.mediaType)]).toEqual([
      MediaType.dockerIndex,
      [MediaType.dockerManifest, MediaType.dockerManifest],
    ]);
    for (const arch of ["amd64", "arm64"]) {
      await at.cli(["pull", "-q", "--platform", `linux/${arch}`, name]);
      const inspect = ["image", "inspect", "--format", "{{ .Architecture }}", name];
      expect((await at.cli(inspect)).stdout).toBe(`${arch}\n`);
    }
    const stored = await folder.build(["-t", "stored", "--platform", "linux/amd64,linux/arm64"]);
    expect(stored.exitCode).toBe(1);
    expect(stored.stderr).toContain("Multi-platform build is not supported for the image store");
  });

  test("a cache that cannot be pushed fails the build, unless that is to be ignored", async () => {
    await using at = await engineRoot();
    const folder = await buildFolder(at);
    const to =
      "type=registry,ref=127.0.0.1:1/x,mode=max,image-manifest=true,oci-mediatypes=true,compression=zstd";
    const build = (cache: string) =>
      folder.build(["--progress", "plain", "-t", "made", "--cache-to", cache], `FROM ${IMAGE}\nRUN true\n`);
    expect(await build(to)).toMatchObject({ exitCode: 1 });
    const ignored = await build(`${to},ignore-error=true`);
    expect(ignored).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/ERROR: .*connection refused/),
    });
  });

  test("a cache that is not there yet, or cannot be had, is no reason to fail", async () => {
    await using locked = await dockerRegistry({ users: { alice: "secret" } });
    await using at = await engineRoot();
    const folder = await buildFolder(at);
    for (const [host, reason] of [
      [server.host, /DONE/],
      [locked.host, /ERROR: Get .*: no basic auth credentials/],
      ["127.0.0.1:1", /ERROR: Get .*: connection refused/],
    ] as const) {
      const words = ["--progress", "plain", "--cache-from", `type=registry,ref=${host}/nothing:here`];
      const outcome = await folder.build(words, `FROM ${IMAGE}\nRUN true\n`);
      expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(reason) });
    }
  });
});
