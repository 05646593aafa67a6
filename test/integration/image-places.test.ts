import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileLayer, putImage } from "../support/fake-image.ts";
import { fakeRegistry } from "../support/fake-registry.ts";
import { fsck } from "../support/fsck.ts";
import type { Outcome } from "../support/run-process.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(20_000);

let one: TempRoot;
let two: TempRoot;
let id: string;

beforeEach(async () => {
  one = await tempRoot();
  two = await tempRoot();
  await using server = fakeRegistry();
  ({ id } = await putImage(server, { tag: "1", layers: [fileLayer("a", "1"), fileLayer("b", "2")] }));
  expect((await cli(one, "pull", "-q", `${server.host}/x:1`)).stderr).toBe("");
  await cli(one, "tag", `${server.host}/x:1`, "app:v1");
  await cli(one, "rmi", `${server.host}/x:1`);
});
afterEach(async () => {
  for (const root of [one, two]) expect(fsck(root.env)).toEqual([]);
  await one.remove();
  await two.remove();
});

const cli = (root: TempRoot, ...words: string[]): Promise<Outcome> =>
  strake(words, { env: root.env, cwd: one.path });
const idOf = async (name: string) =>
  (await cli(two, "image", "inspect", "-f", "{{.Id}}", name)).stdout.trim();
const layout = () => join(one.path, "layout");

test("an image travels through an OCI layout in a folder", async () => {
  expect(await cli(one, "push", "app:v1", `oci:${layout()}:stable`)).toEqual({
    stdout: "",
    stderr: "",
    exitCode: 0,
  });
  const pulled = await cli(two, "pull", `oci:${layout()}:stable`);
  expect([pulled.stdout, pulled.stderr]).toEqual(["Loaded image: app:v1\n", ""]);
  expect(await idOf("app:v1")).toBe(id);
  const index = JSON.parse(readFileSync(join(layout(), "index.json"), "utf8"));
  expect(index.manifests).toHaveLength(1);
  expect(index.manifests[0].annotations["org.opencontainers.image.ref.name"]).toBe("stable");
});

test("a layout keeps what it has, but for a tag that is given anew", async () => {
  await cli(one, "save", "-o", "oci:./layout:a", "app:v1");
  await cli(one, "save", "-o", "oci:./layout:b", "app:v1");
  await cli(one, "save", "-o", "oci:./layout:b", "app:v1");
  const tags = JSON.parse(readFileSync(join(layout(), "index.json"), "utf8")).manifests.map(
    (each: { annotations: Record<string, string> }) => each.annotations["org.opencontainers.image.ref.name"],
  );
  expect(tags).toEqual(["a", "b"]);
  const missing = await cli(two, "pull", "oci:./layout:c");
  expect([missing.stderr, missing.exitCode]).toEqual(['no image "c" found in the archive\n', 1]);
  expect((await cli(two, "load", "-i", "oci:./layout:b")).stdout).toBe("Loaded image: app:v1\n");
});

test("an image without a name takes that of its folder", async () => {
  await cli(one, "push", id, `oci:${layout()}:v7`);
  expect((await cli(two, "pull", `oci:${layout()}:v7`)).stdout).toBe("Loaded image: layout:v7\n");
  expect(await idOf("layout:v7")).toBe(id);
});

test("archives of both kinds carry images, all of them or one", async () => {
  await cli(one, "tag", "app:v1", "app:v2");
  for (const kind of ["oci-archive", "docker-archive"]) {
    const path = join(one.path, `${kind}.tar`);
    expect((await cli(one, "save", "-o", `${kind}:${path}`, "app")).stderr).toBe("");
    const name = kind === "oci-archive" ? "v2" : "app:v2";
    expect((await cli(two, "pull", `${kind}:${path}:${name}`)).stdout).toBe("Loaded image: app:v2\n");
    expect((await cli(two, "images", "--format", "{{.Tag}}")).stdout).toBe("v2\n");
    await cli(two, "rmi", "app:v2");
    expect((await cli(two, "pull", `${kind}:${path}`)).stdout).toContain("Loaded image: app:v1\n");
    await cli(two, "rmi", "-f", id);
  }
});

test("no link leads out of a layout, and damage is found", async () => {
  await cli(one, "push", "app:v1", `oci:${layout()}:1`);
  const blobs = join(layout(), "blobs", "sha256");
  const config = join(blobs, id.slice(7));
  const elsewhere = join(one.path, "elsewhere");
  writeFileSync(elsewhere, readFileSync(config));
  rmSync(config);
  symlinkSync(elsewhere, config);
  expect((await cli(two, "pull", `oci:${layout()}:1`)).stderr).toContain("no such file or directory");
  rmSync(config);
  writeFileSync(config, readFileSync(elsewhere));
  const layer = readdirSync(blobs)
    .map((name) => join(blobs, name))
    .find((path) => readFileSync(path).subarray(257, 262).toString() === "ustar");
  const bytes = readFileSync(layer ?? "");
  bytes[600] = (bytes[600] ?? 0) ^ 1;
  writeFileSync(layer ?? "", bytes);
  const damaged = await cli(two, "pull", `oci:${layout()}:1`);
  expect([damaged.exitCode, damaged.stderr]).toEqual([
    1,
    expect.stringMatching(/diffID|does not match digest/),
  ]);
  expect((await cli(two, "images", "-q")).stdout).toBe("");
});

test("places that are none are refused in a sentence", async () => {
  const outcome = async (...words: string[]) => (await cli(two, ...words)).stderr;
  expect(await outcome("pull", "oci:/nowhere/at/all:1")).toBe(
    "open /nowhere/at/all: no such file or directory\n",
  );
  mkdirSync(join(one.path, "empty"));
  expect(await outcome("pull", `oci:${join(one.path, "empty")}`)).toContain(
    "neither manifest.json nor index.json",
  );
  expect((await cli(one, "push", "app:v1", "elsewhere")).stderr).toBe(
    'cannot push to "elsewhere": it is no oci:, oci-archive: or docker-archive: path\n',
  );
  expect((await cli(one, "push", "none:1", `oci:${layout()}`)).stderr).toContain("reference does not exist");
});
