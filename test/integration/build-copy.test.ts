import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CopyDefinition, VertexId } from "../../src/build/graph/definition.ts";
import { copyOp } from "../../src/build/ops/copy.ts";
import type { ChainId } from "../../src/oci/index.ts";
import { makeArchives, makeBaseTree, makeContextTree } from "../support/copy-trees.ts";
import { type ImageStore, openImageStore } from "../support/image-store.ts";
import { testContext } from "../support/op-context.ts";
import { treeLines } from "../support/tree-lines.ts";

/*
 * The fixtures were recorded from Docker 28.5 with BuildKit: after each `=====` an instruction that was run on the base
 * tree, then how the tree differs from it: path, type, mode, owner, start of the content's sha1, extended attributes.
 */
const cases = ["build-copy.txt", "build-add.txt"].flatMap((name) =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8")
    .split(/^===== /m)
    .filter((text) => text !== "")
    .map((text) => {
      const [instruction = "", ...lines] = text.trimEnd().split("\n");
      return { name, instruction, expected: lines.map((line) => line.trim()) };
    }),
);

let store: ImageStore;
let folder: string;
let base: ChainId;
let context: { close(): void };
let more: { close(): void };

beforeAll(async () => {
  store = openImageStore();
  folder = mkdtempSync(join(store.folder, "trees-"));
  mkdirSync(join(folder, "base"));
  mkdirSync(join(folder, "context"));
  makeBaseTree(join(folder, "base"));
  context = await makeContextTree(join(folder, "context"));
  mkdirSync(join(folder, "archives"));
  more = await makeContextTree(join(folder, "archives"));
  makeArchives(join(folder, "archives"));
  const tar = Bun.spawnSync(["tar", "-C", join(folder, "base"), "-cf", "-", "."]);
  const staged = await store.layers.stage({ kind: "stream", stream: new Blob([tar.stdout]).stream() });
  const [layer] = await store.layers.adopt([staged], undefined);
  if (layer === undefined) throw new Error("no base");
  base = layer.chainId;
});

afterAll(() => {
  context.close();
  more.close();
  rmSync(folder, { recursive: true });
  store.close();
});

function parse(instruction: string): CopyDefinition {
  const [name, ...words] = instruction.split(" ");
  const flags = new Map<string, string[]>();
  while (words[0]?.startsWith("--")) {
    const [flag = "", value = ""] = /^--([a-z]+)=?(.*)$/s.exec(words.shift() ?? "")?.slice(1) ?? [];
    flags.set(flag, [...(flags.get(flag) ?? []), value]);
  }
  const destination = new URL(words.pop() ?? "", "file:///").pathname;
  const from = (flags.has("from") ? "base" : "context") as VertexId;
  return {
    op: "copy",
    base: "base" as VertexId,
    sources: [{ from, paths: words, unpack: name === "ADD" ? "auto" : "never" }],
    destination,
    chown: flags.get("chown")?.[0] ?? "",
    chmod: flags.get("chmod")?.[0] ?? "",
    link: flags.has("link"),
    parents: false,
    exclude: flags.get("exclude") ?? [],
  };
}

async function run(name: string, instruction: string): Promise<string[]> {
  const definition = parse(instruction);
  const step = testContext(store);
  const root = join(folder, name === "build-add.txt" ? "archives" : "context");
  step.results.set("base", { kind: "stack", top: base });
  step.results.set("context", { kind: "tree", root, filter: undefined, live: true });
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
  for (const { name, instruction, expected } of cases) {
    test(instruction, async () => {
      expect(await run(name, instruction)).toEqual([...expected].sort());
    });
  }
});
