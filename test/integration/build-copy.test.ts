import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CopyDefinition, VertexId } from "../../src/build/graph/definition.ts";
import { copyOp } from "../../src/build/ops/copy.ts";
import type { ChainId } from "../../src/oci/index.ts";
import { makeBaseTree, makeContextTree } from "../support/copy-trees.ts";
import { type ImageStore, openImageStore } from "../support/image-store.ts";
import { testContext } from "../support/op-context.ts";
import { treeLines } from "../support/tree-lines.ts";

/*
 * The fixture was recorded from Docker 28.5 with BuildKit: after each `=====` an instruction that was run on the base
 * tree, then how the tree differs from it: path, type, mode, owner, start of the content's sha1, extended attributes.
 */
const fixture = readFileSync(new URL("../fixtures/build-copy.txt", import.meta.url), "utf8");
const cases = fixture
  .split(/^===== /m)
  .filter((text) => text !== "")
  .map((text) => {
    const [instruction = "", ...lines] = text.trimEnd().split("\n");
    return { instruction, expected: lines.map((line) => line.trim()) };
  });

let store: ImageStore;
let folder: string;
let base: ChainId;
let context: { close(): void };

beforeAll(async () => {
  store = openImageStore();
  folder = mkdtempSync(join(store.folder, "trees-"));
  mkdirSync(join(folder, "base"));
  mkdirSync(join(folder, "context"));
  makeBaseTree(join(folder, "base"));
  context = await makeContextTree(join(folder, "context"));
  const tar = Bun.spawnSync(["tar", "-C", join(folder, "base"), "-cf", "-", "."]);
  const staged = await store.layers.stage({ kind: "stream", stream: new Blob([tar.stdout]).stream() });
  const [layer] = await store.layers.adopt([staged], undefined);
  if (layer === undefined) throw new Error("no base");
  base = layer.chainId;
});

afterAll(() => {
  context.close();
  rmSync(folder, { recursive: true });
  store.close();
});

function parse(instruction: string): CopyDefinition {
  const [, ...words] = instruction.split(" ");
  const flags = new Map<string, string>();
  while (words[0]?.startsWith("--")) {
    const [name = "", value = ""] = /^--([a-z]+)=(.*)$/s.exec(words.shift() ?? "")?.slice(1) ?? [];
    flags.set(name, value);
  }
  const written = words.pop() ?? "";
  const clean = new URL(written, "file:///").pathname;
  return {
    op: "copy",
    base: "base" as VertexId,
    sources: [{ from: (flags.has("from") ? "base" : "context") as VertexId, paths: words, unpack: "never" }],
    destination: clean === "/" ? "/" : clean,
    chown: flags.get("chown") ?? "",
    chmod: flags.get("chmod") ?? "",
    link: false,
    parents: false,
    exclude: [],
  };
}

async function run(instruction: string): Promise<string[]> {
  const definition = parse(instruction);
  const step = testContext(store);
  step.results.set("base", { kind: "stack", top: base });
  step.results.set("context", {
    kind: "tree",
    root: join(folder, "context"),
    filter: undefined,
    live: true,
  });
  try {
    await copyOp.key(definition, step);
    const result = await copyOp.execute(definition, step);
    return result.kind === "stack" ? differences(result.top) : [];
  } catch (error) {
    return [`ERR ${error instanceof Error ? error.message : error}`.replace(/of ref \S+:/, "of ref X:")];
  }
}

function differences(top: ChainId | undefined): string[] {
  const before = treeLines(store.layers, base);
  const after = treeLines(store.layers, top);
  const changed = [...after].filter(([path, line]) => before.get(path) !== line);
  const gone = [...before.keys()].filter((path) => !after.has(path));
  return [...changed.map(([path, line]) => `${path} ${line}`), ...gone.map((path) => `- ${path}`)].sort();
}

describe("copying gives the tree that Docker gives", () => {
  for (const { instruction, expected } of cases) {
    test(instruction, async () => {
      expect(await run(instruction)).toEqual([...expected].sort());
    });
  }
});
