import { closeSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ContentPool, createContentPool } from "./content-pool.ts";
import { writeDockerArchive } from "./docker-archive.ts";
import { INPUT_TIME, planTree } from "./plan-tree.ts";
import { createRandom } from "./random.ts";
import { type InputEntry, writeTar } from "./tar.ts";

/** Name before the `:` of every image that the bench makes. */
export const REPOSITORY = "localhost/strake-bench";

/** Tags of the images in the archive of many. */
export const MANY_TAGS = Array.from({ length: 1000 }, (_, index) => `${REPOSITORY}/many:${index}`);

/** Reference of the image in the big archive. */
export const BIG_TAG = `${REPOSITORY}/big:1`;

/** Reference of the image that is pulled and pushed, as its archive has it. */
export const TRANSFER_TAG = `${REPOSITORY}/transfer:1`;

/** The archives that all contenders get; each is made when it is first asked for, and stays the same. */
export interface Inputs {
  /** A root with nothing but busybox, 2 MB. */
  tiny(): string;
  /** A thousand images with the layer of `tiny`, for `load`. */
  many(): string;
  /** A root of 8,700 entries and 170 MB. */
  root(): string;
  /** 5,800 files and 140 MB for the container on `root`: 5,000 are new, 800 replace files of it. */
  changes(): string;
  /** One image of 310 MB in four layers, for `load`. */
  big(): string;
  /** One image of 355 MB and 10,000 entries in three layers, for pull and push. */
  transfer(): string;
  /** A folder of 10,000 files and 185 MB with a Dockerfile that copies all of it: a program with its packages. */
  bigContext(): string;
  /** A folder with a program of one file and a Dockerfile. */
  smallContext(): string;
  remove(): void;
}

/** Folder of 200 files in the root, to be removed in the container: they make its 6,000 changes whole. */
export const REMOVED_FOLDER = "/usr/gone";

const MB = 1_000_000;

/** Reference of the small image, which has busybox alone. */
export const TINY_TAG = `${REPOSITORY}/tiny:1`;

const DOCKERFILE = `FROM ${TINY_TAG}
WORKDIR /app
COPY . .
RUN true
CMD ["sh", "index.js"]
`;

/** Makes the inputs in an existing `folder`. */
export function createInputs(folder: string): Inputs {
  const made = new Map<string, string>();
  let pool: ContentPool | undefined;
  const getPool = () => {
    pool ??= createContentPool(createRandom(1));
    return pool;
  };
  const make = (name: string, write: (path: string) => void) => {
    const path = made.get(name) ?? join(folder, `${name}.tar`);
    if (!made.has(name)) write(path);
    made.set(name, path);
    return path;
  };
  const makeContext = (name: string, fill: (path: string) => void) => {
    const path = made.get(name) ?? join(folder, name);
    if (!made.has(name)) {
      mkdirSync(path);
      writeFileSync(join(path, "index.js"), 'console.log("hello");\n');
      writeFileSync(join(path, "Dockerfile"), DOCKERFILE);
      fill(path);
    }
    made.set(name, path);
    return path;
  };
  const planRoot = () => [
    ...busyboxEntries(),
    ...planTree({ entries: 8480, bytes: 164 * MB, under: "usr" }, createRandom(2), getPool()),
    ...goneEntries(getPool()),
  ];
  return {
    tiny: () => make("tiny", (path) => writeArchive(path, busyboxEntries())),
    many: () =>
      make("many", (path) => writeDockerArchive({ path, layers: [busyboxEntries()], tags: MANY_TAGS })),
    root: () => make("root", (path) => writeArchive(path, planRoot())),
    changes: () => make("changes", (path) => writeArchive(path, planChanges(planRoot(), getPool()))),
    big: () =>
      make("big", (path) => {
        const layers = [200, 60, 40, 10].map((size, index) =>
          planTree(
            { entries: size * 50, bytes: size * MB, under: `layer${index}` },
            createRandom(20 + index),
            getPool(),
          ),
        );
        writeDockerArchive({ path, layers, tags: [BIG_TAG] });
      }),
    transfer: () =>
      make("transfer", (path) => {
        const layers = [230, 100, 25].map((size, index) => {
          const plan = {
            entries: Math.round((size / 355) * 10_000),
            bytes: size * MB,
            under: `part${index}`,
          };
          return planTree(plan, createRandom(40 + index), getPool());
        });
        writeDockerArchive({ path, layers, tags: [TRANSFER_TAG] });
      }),
    bigContext: () =>
      makeContext("big-context", (path) => {
        const plan = { entries: 12_000, bytes: 185 * MB, under: "node_modules" };
        writeFolder(path, planTree(plan, createRandom(60), getPool()));
      }),
    smallContext: () => makeContext("small-context", () => undefined),
    remove: () => {
      for (const path of made.values()) rmSync(path, { recursive: true, force: true });
      made.clear();
    },
  };
}

function writeFolder(path: string, entries: readonly InputEntry[]): void {
  for (const entry of entries) {
    const at = join(path, entry.path);
    if (entry.kind === "folder") mkdirSync(at, { mode: entry.mode });
    else if (entry.kind === "symlink") symlinkSync(entry.target ?? "", at);
    else writeFileSync(at, entry.body ?? new Uint8Array(), { mode: entry.mode });
  }
}

function writeArchive(path: string, entries: readonly InputEntry[]): void {
  const file = openSync(path, "w");
  try {
    writeTar(file, entries);
  } finally {
    closeSync(file);
  }
}

/** busybox, statically linked, with the few names that the cases call. */
function busyboxEntries(): InputEntry[] {
  const path = Bun.which("busybox");
  if (path === null)
    throw new Error("busybox (statically linked) is needed for the images (apt-get install busybox-static)");
  const common = { mode: 0o755, mtime: INPUT_TIME };
  return [
    { path: "bin/", kind: "folder", ...common },
    { path: "bin/busybox", kind: "file", ...common, body: readFileSync(path) },
    ...["sh", "true", "sleep", "rm"].map(
      (name) => ({ path: `bin/${name}`, kind: "symlink", target: "busybox", ...common }) as const,
    ),
    { path: "etc/", kind: "folder", ...common },
    {
      path: "etc/passwd",
      kind: "file",
      mode: 0o644,
      mtime: INPUT_TIME,
      body: Buffer.from("root:x:0:0::/:/bin/sh\n"),
    },
  ];
}

function goneEntries(pool: ContentPool): InputEntry[] {
  const under = REMOVED_FOLDER.slice(1);
  const random = createRandom(3);
  const files = Array.from({ length: 200 }, (_, index) => {
    const start = random.below(MB);
    const body = pool.text.subarray(start, start + 20_000);
    return { path: `${under}/f${index}`, kind: "file", mode: 0o644, mtime: INPUT_TIME, body } as const;
  });
  return [{ path: `${under}/`, kind: "folder", mode: 0o755, mtime: INPUT_TIME }, ...files];
}

function planChanges(root: readonly InputEntry[], pool: ContentPool): InputEntry[] {
  const isReplaced = (entry: InputEntry) => entry.kind === "file" && /^usr\/(?!gone)/.test(entry.path);
  const replaced = root
    .filter(isReplaced)
    .slice(0, 800)
    .map((entry, index) => {
      const size = Math.min(entry.body?.length ?? 0, MB);
      return { ...entry, mtime: INPUT_TIME + 1, body: pool.binary.subarray(index * 100, index * 100 + size) };
    });
  const left = 140 * MB - replaced.reduce((sum, entry) => sum + entry.body.length, 0);
  const added = planTree({ entries: 6000, bytes: left, under: "srv" }, createRandom(4), pool);
  const files = added.filter((entry) => entry.kind === "file");
  return [...added.filter((entry) => entry.kind === "folder"), ...files.slice(0, 5000), ...replaced];
}
