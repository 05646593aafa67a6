import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sh } from "../../src/snapshot/testing.fixture.ts";
import type { Outcome } from "../support/run-process.ts";
import { strake } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

let root: TempRoot;
let folder: string;
let out: string;

beforeEach(async () => {
  root = await tempRoot();
  folder = join(root.path, "context");
  out = join(root.path, "out");
  mkdirSync(folder);
  file("Dockerfile", "FROM scratch\nCOPY . /\n");
});

afterEach(() => root.remove());

function file(path: string, content = path): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Builds into the folder `out`. */
function build(args: readonly string[], stdin?: Uint8Array): Promise<Outcome> {
  const options = { env: root.env, cwd: folder, ...(stdin === undefined ? {} : { stdin }) };
  const output = args.includes("-o") ? [] : ["-o", out];
  return strake(["build", "--progress", "plain", ...output, ...args], options);
}

async function built(args: readonly string[], stdin?: Uint8Array): Promise<string[]> {
  const { exitCode, stderr } = await build(args, stdin);
  expect(exitCode, stderr).toBe(0);
  return readdirSync(out, { recursive: true }).map(String).sort();
}

test(".dockerignore keeps files out of the context, and lets some in again", async () => {
  for (const path of ["a", "b/c", "b/keep", "é/x", "é/y"]) file(path);
  file(".dockerignore", "# comment\nb\n!b/keep\né/x\nDockerfile\n.dockerignore\n");
  expect(await built(["."])).toEqual(["a", "b", "b/keep", "é", "é/y"]);
});

test("the Dockerfile's own .dockerignore comes before that of the context", async () => {
  file("a");
  file(".dockerignore", "a\n");
  file("sub/my.Dockerfile", "FROM scratch\nCOPY a* /\n");
  file("sub/my.Dockerfile.dockerignore", "nothing\n");
  expect(await built(["-f", "sub/my.Dockerfile", "."])).toEqual(["a"]);
});

test("a file that .dockerignore takes away cannot be copied", async () => {
  file("a");
  file(".dockerignore", "a\n");
  file("Dockerfile", "FROM scratch\nCOPY a /\n");
  const { exitCode, stderr } = await build(["."]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('"/a": not found');
  expect(stderr).toContain("it is there, but .dockerignore excludes it");
});

test("a named folder is a context with a .dockerignore of its own", async () => {
  file("Dockerfile", "FROM scratch\nCOPY --from=other . /\n");
  file("other/a");
  file("other/b");
  file("other/.dockerignore", "b\n.dockerignore\n");
  expect(await built(["--build-context", "other=other", "."])).toEqual(["a"]);
});

test("a context comes as an archive on standard input, and its files keep their owner", async () => {
  file("a");
  for (const flags of ["-c", "-cz", "-cj", "-cJ", "--zstd -c"]) {
    const tar = Bun.spawnSync(["sh", "-c", `tar ${flags} --owner=7 --group=8 -f - .`], {
      cwd: folder,
    }).stdout;
    const result = join(root.path, "result.tar");
    const { exitCode, stderr } = await build(["-o", `type=tar,dest=${result}`, "-"], tar);
    expect(exitCode, stderr).toBe(0);
    expect(sh(folder, `tar --numeric-owner -tvf ${result}`)).toMatch(/ 7\/8 .* a\n/);
  }
});

test("a Dockerfile alone comes on standard input", async () => {
  const text = Buffer.from("FROM scratch\nCOPY <<a <<b /\nx\na\ny\nb\n");
  expect(await built(["-"], text)).toEqual(["a", "b"]);
  expect(readFileSync(join(out, "b"), "utf8")).toBe("y\n");
});

test("an archive that climbs out of the context is refused and writes nothing", async () => {
  sh(
    folder,
    "mkdir w; echo evil > w/evil; tar -C w -P --transform 's,evil,../../../../evil,' -cf evil.tar evil",
  );
  const { exitCode, stderr } = await build(["-"], readFileSync(join(folder, "evil.tar")));
  expect(exitCode).toBe(1);
  expect(stderr).toContain("outside");
  expect(existsSync(join(root.path, "evil"))).toBe(false);
});

test("what is neither an archive nor text is refused", async () => {
  const { exitCode, stderr } = await build(["-"], Uint8Array.of(0xff, 0xfe, 0, 1, 2));
  expect(exitCode).toBe(1);
  expect(stderr).toContain("neither an archive nor UTF-8 text");
});

test("a lower-case dockerfile is found too, and without one the error says what is missing", async () => {
  sh(folder, "mv Dockerfile dockerfile");
  expect(await built(["."])).toEqual(["dockerfile"]);
  sh(folder, "rm dockerfile");
  const { exitCode, stderr } = await build(["."]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/failed to read dockerfile: open .*Dockerfile: no such file or directory/);
});

test("a Dockerfile in an archive is not read through a link that leads out of it", async () => {
  const secret = join(root.path, "secret");
  writeFileSync(secret, "FROM scratch\nLABEL secret=1\n");
  sh(folder, "rm Dockerfile");
  symlinkSync(secret, join(folder, "Dockerfile"));
  const tar = Bun.spawnSync(["tar", "-cf", "-", "."], { cwd: folder }).stdout;
  const { exitCode, stderr } = await build(["-"], tar);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("failed to read dockerfile");
});

test("a context that is not there is reported", async () => {
  const { exitCode, stderr } = await build(["nowhere"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('path "nowhere" not found');
});

test("a Dockerfile that is a pipe or a device is refused and not waited for", async () => {
  for (const make of ["mkfifo Dockerfile", "mknod Dockerfile c 1 5"]) {
    sh(folder, `rm Dockerfile; ${make}`);
    for (const args of [["."], ["-f", "Dockerfile", "."]]) {
      const { exitCode, stderr } = await build(args);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("not a regular file");
    }
  }
});
