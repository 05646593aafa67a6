import { expect, test } from "bun:test";
import { Glob } from "bun";

/** Which rooms a room may import, through their `index.ts` only. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  base: [],
  oci: ["base"],
  archive: ["base"],
  host: ["base"],
  dockerfile: ["base", "oci"],
  template: ["base"],
  store: ["base", "oci"],
  content: ["base", "oci", "store"],
  snapshot: ["base", "oci", "archive", "host", "store", "content"],
  registry: ["base", "oci", "content"],
  runtime: ["base", "oci", "host"],
  spec: ["base", "oci", "host", "runtime"],
  network: ["base", "oci", "host", "store"],
  volume: ["base", "oci", "host", "store"],
  image: ["base", "oci", "archive", "host", "dockerfile", "store", "content", "snapshot", "registry"],
  container: [
    "base",
    "oci",
    "archive",
    "host",
    "store",
    "content",
    "snapshot",
    "runtime",
    "spec",
    "network",
    "volume",
    "image",
  ],
  build: [
    "base",
    "oci",
    "archive",
    "host",
    "dockerfile",
    "store",
    "content",
    "snapshot",
    "registry",
    "runtime",
    "spec",
    "network",
    "volume",
    "image",
  ],
  engine: [
    "base",
    "oci",
    "archive",
    "host",
    "store",
    "content",
    "snapshot",
    "registry",
    "runtime",
    "spec",
    "network",
    "volume",
    "image",
    "container",
    "build",
  ],
  api: ["base", "oci", "template", "engine"],
  cli: ["base", "oci", "template", "engine", "api"],
};

const root = new URL("../src/", import.meta.url).pathname;
const IMPORT = /(?:from\s+|import\s*\(\s*|import\s+)"(\.{1,2}\/[^"]+)"/g;

interface Edge {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

async function edges(): Promise<Edge[]> {
  const found: Edge[] = [];
  for await (const file of new Glob("**/*.ts").scan(root)) {
    if (file.endsWith(".test.ts")) continue;
    const text = await Bun.file(root + file).text();
    for (const [, specifier = ""] of text.matchAll(IMPORT)) {
      const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
      found.push({ file, room: file.split("/")[0] ?? "", target });
    }
  }
  return found;
}

test("a room imports only the rooms that the table allows, and only through their index", async () => {
  const all = await edges();
  expect(all.length).toBeGreaterThan(0);
  const wrong = all.filter(({ room, target }) => {
    const to = target.split("/")[0] ?? "";
    if (to === room) return false;
    return !ALLOWED[room]?.includes(to) || target !== `${to}/index.ts`;
  });
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("no file of the sources has more than 400 lines", async () => {
  const long: string[] = [];
  for await (const file of new Glob("**/*.ts").scan(root)) {
    const lines = (await Bun.file(root + file).text()).split("\n").length;
    if (lines > 400) long.push(`${file}: ${lines}`);
  }
  expect(long).toEqual([]);
});

test("the table of rooms has no cycle", () => {
  const order = Object.keys(ALLOWED);
  const backward = order.flatMap((room, at) => (ALLOWED[room] ?? []).filter((to) => order.indexOf(to) >= at));
  expect(backward).toEqual([]);
});
