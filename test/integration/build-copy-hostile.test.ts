import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isEngineError } from "../../src/base/index.ts";
import type { CopyDefinition, VertexId } from "../../src/build/graph/definition.ts";
import { copyOp } from "../../src/build/ops/copy.ts";
import { inlineOp } from "../../src/build/ops/inline.ts";
import { workdirOp } from "../../src/build/ops/workdir.ts";
import { AT_FDCWD, closeFd, mkdirAt, O_PATH, openAt } from "../../src/host/index.ts";
import type { ChainId } from "../../src/oci/index.ts";
import { sh } from "../../src/snapshot/testing.fixture.ts";
import { type ImageStore, openImageStore } from "../support/image-store.ts";
import { type TestContext, testContext } from "../support/op-context.ts";

let store: ImageStore;
let root: string;
let outside: string;

beforeEach(() => {
  store = openImageStore();
  root = join(store.folder, "context");
  outside = join(store.folder, "outside");
  mkdirSync(join(root, "d"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(root, "d/f"), "inside");
  writeFileSync(join(outside, "f"), "secret");
});

afterEach(() => store.close());

const BASE = "base" as VertexId;
const CONTEXT = "context" as VertexId;

function step(base?: ChainId): TestContext {
  const context = testContext(store);
  context.results.set("base", { kind: "stack", top: base });
  context.results.set("context", { kind: "tree", root, filter: undefined, live: true });
  return context;
}

function copy(paths: readonly string[], overrides: Partial<CopyDefinition> = {}): CopyDefinition {
  return {
    op: "copy",
    base: BASE,
    sources: [{ from: CONTEXT, paths, unpack: "never" }],
    destination: "/t/",
    chown: "",
    chmod: "",
    link: false,
    parents: false,
    exclude: [],
    ...overrides,
  };
}

async function execute(definition: CopyDefinition, context = step()): Promise<ChainId> {
  await copyOp.key(definition, context);
  const result = await copyOp.execute(definition, context);
  if (result.kind !== "stack" || result.top === undefined) throw new Error("no layer");
  return result.top;
}

function layerFile(chainId: ChainId, path: string): string {
  return join(store.store.root, "layers", store.layers.get(chainId)?.id ?? "", "fs", path);
}

async function baseLayer(script: string): Promise<ChainId> {
  const folder = join(store.folder, "base");
  mkdirSync(folder);
  sh(folder, script);
  const tar = Bun.spawnSync(["tar", "-C", folder, "-cf", "-", "."]).stdout;
  const staged = await store.layers.stage({ kind: "stream", stream: new Blob([tar]).stream() });
  const [layer] = await store.layers.adopt([staged], undefined);
  if (layer === undefined) throw new Error("no base");
  store.layers.hold(layer.chainId);
  return layer.chainId;
}

test("links of a context lead nowhere outside of it", async () => {
  symlinkSync(outside, join(root, "abs"));
  symlinkSync("../outside", join(root, "rel"));
  symlinkSync("../outside/f", join(root, "file"));
  for (const path of ["abs", "rel", "file", "abs/f", "rel/f", "../outside/f", "d/../../outside/f"]) {
    await expect(execute(copy([path]))).rejects.toMatchObject({ kind: "notFound" });
  }
});

test("folders that are exchanged for links while they are copied give what is inside or an error", async () => {
  symlinkSync(outside, join(root, "l"));
  const loop = new URL("../support/exchange-loop.ts", import.meta.url).pathname;
  const exchanging = Bun.spawn([process.execPath, loop, join(root, "d"), join(root, "l")], {
    stdout: "pipe",
    stderr: "ignore",
  });
  try {
    await exchanging.stdout.getReader().read();
    const seen = new Set<string>();
    for (let round = 0; round < 60; round++) {
      try {
        const top = await execute(copy(["d", "d/f", "."], { destination: `/${round}/` }));
        for (const path of [`${round}/f`, `${round}/d/f`, `${round}/l/f`]) {
          const at = layerFile(top, path);
          if (statSync(join(at, ".."), { throwIfNoEntry: false })?.isDirectory() !== true) continue;
          if (isLink(join(at, ".."))) continue;
          if (existsSync(at)) seen.add(readFileSync(at, "utf8"));
        }
      } catch (error) {
        const kinds = ["notFound", "conflict", "invalidArgument"];
        if (!isEngineError(error) || !kinds.includes(error.kind)) throw error;
      }
    }
    expect([...seen].filter((content) => content !== "inside")).toEqual([]);
  } finally {
    exchanging.kill("SIGKILL");
    await exchanging.exited;
  }
});

function isLink(path: string): boolean {
  return Bun.spawnSync(["test", "-L", path]).exitCode === 0;
}

test("a file that becomes a pipe, a device or a link after it was hashed fails the step and is not waited for", async () => {
  const replace: Readonly<Record<string, () => void>> = {
    pipe: () => sh(root, "rm d/f; mkfifo d/f"),
    device: () => sh(root, "rm d/f; mknod d/f c 1 5"),
    link: () => {
      unlinkSync(join(root, "d/f"));
      symlinkSync(join(outside, "f"), join(root, "d/f"));
    },
    "link above": () => {
      renameSync(join(root, "d"), join(root, "moved"));
      symlinkSync(outside, join(root, "d"));
    },
  };
  for (const [name, exchange] of Object.entries(replace)) {
    rmSync(join(root, "d"), { recursive: true, force: true });
    mkdirSync(join(root, "d"));
    writeFileSync(join(root, "d/f"), "inside");
    const definition = copy(["d"]);
    const context = step();
    await copyOp.key(definition, context);
    exchange();
    const failed = copyOp.execute(definition, context);
    await expect(failed, name).rejects.toMatchObject({ kind: "conflict" });
  }
});

test("pipes and devices of a context are copied as such, and never opened", async () => {
  sh(root, "mkfifo d/pipe; mknod d/zero c 1 5");
  const top = await execute(copy(["d", "d/pipe"]));
  expect(statSync(layerFile(top, "t/pipe")).isFIFO()).toBe(true);
  expect(statSync(layerFile(top, "t/zero")).isCharacterDevice()).toBe(true);
});

test("links of the image lead nowhere outside of it", async () => {
  const base = await baseLayer(`ln -s ${outside} out; ln -s ../../../../../../..${outside} up; mkdir etc
    ln -s ${outside}/f etc/passwd; ln -s ${outside}/f etc/group`);
  writeFileSync(join(outside, "f"), "app:x:5:6::/:/bin/sh\n");
  const context = step(base);
  const first = await execute(copy(["d/f"], { destination: "/out/x", chown: "app" }), context);
  expect(statSync(layerFile(first, `${outside.slice(1)}/x`))).toMatchObject({ uid: 0, gid: 0 });
  const second = await execute(copy(["d/f"], { destination: "/up/y/z" }), step(base));
  expect(existsSync(layerFile(second, `${outside.slice(1)}/y/z`))).toBe(true);
  await workdirOp.execute({ op: "workdir", base: BASE, path: "/out/made", user: "" }, step(base));
  expect(existsSync(join(outside, "made"))).toBe(false);
  expect(existsSync(join(outside, "x"))).toBe(false);
});

test("a copy from another stage takes nothing from outside of it", async () => {
  const base = await baseLayer(`ln -s ${outside}/f f; ln -s ${outside} d`);
  for (const path of ["/f", "/d/f", "/d"]) {
    const definition = copy([path], { sources: [{ from: BASE, paths: [path], unpack: "never" }] });
    await expect(execute(definition, step(base))).rejects.toMatchObject({ kind: "notFound" });
  }
});

test("an archive writes nothing outside of its destination", async () => {
  sh(
    root,
    `mkdir w; ln -s ${outside} w/l; echo evil > w/evil; ln -s ../.. w/up
    tar -C w -cf a.tar l up; tar -C w -P --transform 's,evil,l/evil,' -rf a.tar evil`,
  );
  sh(
    root,
    `tar -cf b.tar --files-from /dev/null; tar -C w -rf b.tar up
    tar -C w -P --transform 's,evil,up/up2,' -rf b.tar evil`,
  );
  const unpack = (path: string) => [{ from: CONTEXT, paths: [path], unpack: "auto" }] as const;
  await expect(execute(copy([], { sources: unpack("a.tar") }))).rejects.toMatchObject({
    kind: "invalidArgument",
  });
  expect(existsSync(join(outside, "evil"))).toBe(false);
  const top = await execute(copy([], { sources: unpack("b.tar") }));
  expect(existsSync(layerFile(top, "t/up2"))).toBe(true);
});

test("a file of a heredoc is no path", async () => {
  for (const name of ["../x", "a/b", "..", "."]) {
    const files = [{ name, content: "", mode: 0o644 }];
    await expect(inlineOp.execute({ op: "inline", files }, step())).rejects.toMatchObject({
      kind: "invalidArgument",
    });
  }
});

test("names that are no UTF-8, and names with line ends, are copied as they are", async () => {
  sh(root, `printf x > "$(printf 'd/a\\377b')"; printf y > "$(printf 'd/new\\nline')"`);
  const top = await execute(copy(["d"]));
  const names = sh(layerFile(top, "t"), "ls -1b | sort");
  expect(names.split("\n")).toContain("a\\377b");
  expect(names.split("\n")).toContain("new\\nline");
});

test("a tree that is too deep is refused", async () => {
  let fd = openAt(AT_FDCWD, join(root, "d"), O_PATH);
  for (let depth = 0; depth < 1100; depth++) {
    mkdirAt(fd, "x", 0o755);
    const inner = openAt(fd, "x", O_PATH);
    closeFd(fd);
    fd = inner;
  }
  closeFd(fd);
  await expect(execute(copy(["d"]))).rejects.toMatchObject({ kind: "invalidArgument" });
});
