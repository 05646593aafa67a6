import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { busyboxArchive, hasBusybox } from "../support/busybox-archive.ts";
import { dockerRegistry, hasRegistry } from "../support/docker-registry.ts";
import { runProcess } from "../support/run-process.ts";
import { type StrakeOptions, strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(30_000);
const able = hasBusybox && process.getuid?.() === 0;

const DOCKERFILE = `FROM box:1 AS made
RUN mkdir -p /out/d && echo x > /out/f && chmod 4755 /out/f && ln -s /etc/passwd /out/abs && ln /out/f /out/hard
FROM scratch
COPY --from=made /out /
LABEL a=b
`;

let root: TempRoot;
let folder: string;

beforeAll(async () => {
  if (!able) return;
  root = await tempRoot();
  folder = join(root.path, "work");
  mkdirSync(join(folder, "ctx"), { recursive: true });
  writeFileSync(join(folder, "ctx/Dockerfile"), DOCKERFILE);
  writeFileSync(join(folder, "box.tar"), await busyboxArchive({ reference: "box:1" }));
  await run(["load", "-qi", "box.tar"]);
});
afterAll(() => root?.remove());

async function run(words: readonly string[], options: StrakeOptions = {}) {
  return await strake(words, { cwd: folder, env: root.env, ...options });
}

async function build(...words: string[]) {
  return await run(["build", "--progress", "plain", ...words, "ctx"]);
}

async function listTar(path: string): Promise<string[]> {
  return (await runProcess(["tar", "-tf", path], { cwd: folder })).stdout.trimEnd().split("\n").sort();
}

describe.skipIf(!able)("what a build made goes", () => {
  test("into a folder, with modes and links, over what is there", async () => {
    mkdirSync(join(folder, "out"));
    writeFileSync(join(folder, "out/mine"), "mine");
    const { exitCode, stderr } = await build("-o", "out");
    expect(stderr).toContain("exporting to client directory\n");
    expect(exitCode).toBe(0);
    const at = (name: string) => join(folder, "out", name);
    expect(lstatSync(at("f")).mode & 0o7777).toBe(0o4755);
    expect(lstatSync(at("f")).ino).toBe(lstatSync(at("hard")).ino);
    expect(readlinkSync(at("abs"))).toBe("/etc/passwd");
    expect(readFileSync(at("mine"), "utf8")).toBe("mine");
    expect((await build("-o", "type=local,dest=out,mode=delete")).exitCode).toBe(0);
    expect(existsSync(at("mine"))).toBe(false);
  });

  test("into a tar of its files, in a file or on stdout", async () => {
    expect((await build("-o", "type=tar,dest=out.tar")).exitCode).toBe(0);
    expect(await listTar("out.tar")).toEqual(["abs", "d/", "f", "hard"]);
    const { stdout } = await run(["build", "-q", "-o", "-", "ctx"]);
    expect(stdout).toContain("ustar");
    expect(stdout).not.toContain("sha256:");
  });

  test("into archives that can be loaded under the names given", async () => {
    for (const type of ["docker", "oci"]) {
      const words = ["-t", "tagged:1", "-o", `type=${type},dest=${type}.tar`];
      expect((await build(...words)).exitCode).toBe(0);
      expect((await run(["image", "ls", "-q", "tagged"])).stdout).toBe("");
      expect((await run(["load", "-i", `${type}.tar`])).stdout).toBe("Loaded image: tagged:1\n");
      expect((await run(["image", "inspect", "-f", "{{.Config.Labels.a}}", "tagged:1"])).stdout).toBe("b\n");
      await run(["rmi", "tagged:1"]);
    }
  });

  test("into a folder that is an OCI layout", async () => {
    expect(
      (await build("-o", "type=oci,tar=false,dest=layout,name=named:2", "--annotation", "a=b")).exitCode,
    ).toBe(0);
    const read = (path: string) => JSON.parse(readFileSync(join(folder, "layout", path), "utf8"));
    expect(read("oci-layout")).toEqual({ imageLayoutVersion: "1.0.0" });
    const [{ digest, annotations }] = read("index.json").manifests;
    expect(annotations["io.containerd.image.name"]).toBe("docker.io/library/named:2");
    const manifest = read(`blobs/sha256/${digest.slice("sha256:".length)}`);
    expect(manifest).toMatchObject({ layers: [{}], annotations: { a: "b" } });
    expect(existsSync(join(folder, "layout/manifest.json"))).toBe(false);
    mkdirSync(join(folder, "onto"));
    writeFileSync(join(folder, "onto/Dockerfile"), "FROM lib\nLABEL c=d\n");
    const onto = (layout: string) =>
      run(["build", "-t", "onto:1", "--build-context", `lib=oci-layout://${layout}`, "onto"]);
    for (const name of ["layout", "layout:2", `layout@${digest}`]) {
      expect(await onto(name)).toMatchObject({ exitCode: 0 });
      const { stdout } = await run(["image", "inspect", "-f", "{{.Config.Labels.a}}", "onto:1"]);
      expect(stdout).toBe("b\n");
    }
    expect((await onto("layout:3")).stderr).toContain('no image "3" found');
  });

  test("into several places at once, an image among them", async () => {
    const words = ["-t", "both:1", "-o", "type=image", "-o", "both", "-o", "type=tar,dest=both.tar"];
    expect((await build(...words)).exitCode).toBe(0);
    expect((await run(["image", "ls", "-q", "both"])).stdout).not.toBe("");
    expect(existsSync(join(folder, "both/f"))).toBe(true);
    expect(await listTar("both.tar")).toContain("f");
  });

  test("nowhere, but into the cache", async () => {
    expect((await build("-o", "type=cacheonly", "-t", "none:1")).exitCode).toBe(0);
    expect((await run(["image", "ls", "-q", "none"])).stdout).toBe("");
  });

  test("nowhere at all when it fails", async () => {
    mkdirSync(join(folder, "bad"));
    writeFileSync(join(folder, "bad/Dockerfile"), "FROM box:1\nRUN exit 3\n");
    const { exitCode, stderr } = await run(["build", "-o", "type=tar,dest=bad.tar", "bad"]);
    expect(exitCode).toBe(1);
    expect(stderr).toEndWith(
      'ERROR: failed to build: failed to solve: process "/bin/sh -c exit 3" did not complete successfully: exit code: 3\n',
    );
    expect(stderr).toContain(
      "\nDockerfile:2\n--------------------\n   1 |     FROM box:1\n   2 | >>> RUN exit 3\n",
    );
    expect(existsSync(join(folder, "bad.tar"))).toBe(false);
  });

  test("nowhere, when it is to go to a registry and has no name", async () => {
    const { exitCode, stderr } = await build("--no-cache", "--push");
    expect([exitCode, stderr]).toEqual([
      1,
      "ERROR: failed to build: tag is needed when pushing to registry\n",
    ]);
  });
});

describe.skipIf(!able || !hasRegistry)("a registry", () => {
  test("gets what was built, which stays here too, under each of its names", async () => {
    await using server = await dockerRegistry();
    const names = ["one:1", "two:2"].map((name) => `${server.host}/${name}`);
    const [first = "", second = ""] = names;
    expect(await build("-t", first, "--push")).toMatchObject({ exitCode: 0 });
    const pushed = await build("-o", `type=image,name=${second},push=true`);
    expect(pushed).toMatchObject({ exitCode: 0 });
    expect(pushed.stderr).toContain(`pushing manifest for ${second}@sha256:`);
    for (const name of names) {
      expect((await run(["rmi", name])).exitCode).toBe(0);
      expect((await run(["pull", "-q", name])).stdout).toBe(`${name}\n`);
    }
  });
});
