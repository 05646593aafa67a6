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
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Descriptor, digestOf, hostPlatform, MediaType, parseReference } from "../../src/oci/index.ts";
import { openRegistry } from "../../src/registry/index.ts";
import { tar } from "../support/busybox-archive.ts";
import { type DockerRegistry, dockerRegistry, hasRegistry } from "../support/docker-registry.ts";
import type { Outcome } from "../support/run-process.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(20_000);

describe.skipIf(!hasRegistry)("manifest", () => {
  let server: DockerRegistry;
  let root: TempRoot;
  const registry = openRegistry({ folders: [] });
  beforeAll(async () => {
    server = await dockerRegistry();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    root = await tempRoot();
    for (const name of ["one", "two"]) {
      const archive = join(root.path, "import.tar");
      await Bun.write(archive, tar([{ path: name, data: name }]));
      await cli("import", archive, `${server.host}/${name}:1`);
      expect((await cli("push", "-q", `${server.host}/${name}:1`)).stderr).toBe("");
    }
  });
  afterEach(() => root.remove());

  const cli = (...words: string[]): Promise<Outcome> =>
    strake(words, { env: { ...root.env, DOCKER_CONFIG: join(root.path, "docker") } });
  const remote = (name: string) => registry.manifest(parseReference(name));

  test("inspect shows what a registry has, as Docker lays it out, and pulls nothing", async () => {
    const name = `${server.host}/one:1`;
    const { bytes, descriptor, value } = await remote(name);
    const plain = await cli("manifest", "inspect", name);
    expect(plain.stdout).toBe(`${JSON.stringify(value, null, "\t")}\n`);
    const verbose = JSON.parse((await cli("manifest", "inspect", "-v", name)).stdout);
    expect(verbose).toEqual({
      Ref: name,
      Descriptor: {
        mediaType: MediaType.dockerManifest,
        digest: descriptor.digest,
        size: descriptor.size,
        platform: { architecture: hostPlatform().architecture, os: "linux" },
      },
      Raw: Buffer.from(bytes).toString("base64"),
      SchemaV2Manifest: value,
    });
    const missing = await cli("manifest", "inspect", `${server.host}/none:1`);
    expect([missing.stderr, missing.exitCode]).toEqual([`no such manifest: ${server.host}/none:1\n`, 1]);
  });

  test("a list is created, annotated, pushed with its images, and pulled by its platform", async () => {
    const [one, two, list] = ["one:1", "two:1", "both:1"].map((name) => `${server.host}/${name}`) as [
      string,
      string,
      string,
    ];
    expect((await cli("manifest", "create", list, one, two)).stdout).toBe(`Created manifest list ${list}\n`);
    expect((await cli("manifest", "create", list, one)).stderr).toBe(
      "refusing to amend an existing manifest list with no --amend flag\n",
    );
    expect((await cli("manifest", "create", "--amend", list, one)).exitCode).toBe(0);
    const annotated = await cli("manifest", "annotate", "--arch", "arm64", "--variant", "v8", list, two);
    expect([annotated.stdout, annotated.stderr]).toEqual(["", ""]);
    const shown = await cli("manifest", "inspect", list);
    const entry = async (name: string, platform: object) => {
      const { mediaType, size, digest } = (await remote(name)).descriptor;
      return { mediaType, size, digest, platform };
    };
    const index = {
      schemaVersion: 2,
      mediaType: MediaType.dockerIndex,
      manifests: [
        await entry(one, { architecture: hostPlatform().architecture, os: "linux" }),
        await entry(two, { architecture: "arm64", os: "linux", variant: "v8" }),
      ],
    };
    expect(shown.stdout).toBe(`${JSON.stringify(index, null, 3)}\n`);
    const pushed = await cli("manifest", "push", "--purge", list);
    expect(pushed.stderr).toBe("");
    const digest = digestOf(shown.stdout.trimEnd());
    expect(pushed.stdout.split("\n")).toEqual([
      ...index.manifests.map((each) => {
        const whole = `${server.host}/both@${each.digest}`;
        return `Pushed ref ${whole} with digest: ${each.digest}`;
      }),
      digest,
      "",
    ]);
    expect((await remote(list)).descriptor.digest).toBe(digest);
    expect(
      existsSync(join(root.path, "docker", "manifests", list.replace(/:/g, "-").replace("/", "_"))),
    ).toBe(false);
    expect((await cli("manifest", "inspect", list)).stdout).toBe(shown.stdout);
    const entries = JSON.parse((await cli("manifest", "inspect", "-v", list)).stdout) as { Ref: string }[];
    expect(entries.map(({ Ref }) => Ref)).toEqual(index.manifests.map((each) => `${list}@${each.digest}`));
    await cli("pull", "-q", "--platform", "linux/arm64", list);
    const files = await cli("image", "inspect", "-f", "{{.RepoDigests}}", list);
    expect(files.stdout).toContain(`/both@${digest}`);
    const { config } = (await remote(two)).value as { config: Descriptor };
    expect((await cli("image", "inspect", "-f", "{{.Id}}", list)).stdout).toBe(`${config.digest}\n`);
  });

  test("lists are removed, and what is not there is said in Docker's words", async () => {
    const [one, list] = [`${server.host}/one:1`, `${server.host}/mine:1`];
    await cli("manifest", "create", list, one);
    expect((await cli("manifest", "annotate", "--os", "foo", list, one)).stderr).toBe(
      `manifest entry for image has unsupported os/arch combination: foo/${hostPlatform().architecture}\n`,
    );
    expect((await cli("manifest", "rm", list)).exitCode).toBe(0);
    const outcomes = [
      await cli("manifest", "rm", list),
      await cli("manifest", "push", list),
      await cli("manifest", "annotate", list, one),
      await cli("manifest", "inspect", "BAD"),
    ];
    expect(outcomes.map(({ stderr, exitCode }) => [stderr, exitCode])).toEqual([
      [`No such manifest: ${list}\n`, 1],
      [`No such manifest: ${list}\n`, 1],
      [`manifest for image ${one} does not exist in ${list}\n`, 1],
      ["invalid reference format: repository name (library/BAD) must be lowercase\n", 1],
    ]);
  });

  test("images of another registry cannot be listed", async () => {
    await using other = await dockerRegistry();
    await cli("manifest", "create", `${other.host}/x:1`, `${server.host}/one:1`);
    expect((await cli("manifest", "push", `${other.host}/x:1`)).stderr).toContain(
      `cannot use source images from a different registry than the target image: ${server.host} != ${other.host}`,
    );
  });
});
