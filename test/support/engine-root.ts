import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ringOnStoreChange } from "../../src/container/wait.ts";
import {
  type ContainerRecord,
  type CreateRequest,
  type LocalEngine,
  openEngine,
} from "../../src/engine/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { busyboxArchive } from "./busybox-archive.ts";
import { lastOf, PATIENCE_MS } from "./last-of.ts";
import type { Outcome } from "./run-process.ts";
import { type StrakeOptions, strake, strakeCommand } from "./strake.ts";
import { type TempRoot, tempRoot } from "./temp-root.ts";

/** The image that {@link engineRoot} has loaded. */
export const IMAGE = "busybox:test";

type Request = Omit<CreateRequest, "config"> & { readonly config?: Partial<CreateRequest["config"]> };

/** A store with a busybox image, an engine on it in this process, and the CLI on it in others. */
export interface EngineRoot extends AsyncDisposable {
  readonly root: TempRoot;
  readonly engine: LocalEngine;
  readonly store: Store;
  /** `strake words…` on this store, to its end. */
  cli(words: readonly string[], options?: StrakeOptions): Promise<Outcome>;
  /** `strake words…` on this store, running. */
  spawn(
    words: readonly string[],
    options?: { readonly stdin?: "pipe" },
  ): Bun.Subprocess<"pipe" | "ignore", "pipe", "pipe">;
  create(cmd: readonly string[], request?: Request): Promise<string>;
  /** Created and started. */
  start(cmd: readonly string[], request?: Request): Promise<string>;
  record(id: string): Promise<ContainerRecord>;
  /** Resolves with the record once it satisfies `holds`, told by changes of the store and without repairing anything; rejects when patience ends. */
  until(id: string, holds: (record: ContainerRecord) => boolean): Promise<ContainerRecord>;
  /** What the container wrote, kept in its log. */
  logs(id: string): Promise<string>;
  /** What of containers is left on the machine: mounts, namespaces, cgroups, folders, rows, leases. */
  leftovers(): string[];
  /** Removes all containers and throws when anything is left of them. */
  expectNothingLeft(): Promise<void>;
}

/** Opens a fresh {@link EngineRoot}; `await using` ends and removes everything of it. */
export async function engineRoot(): Promise<EngineRoot> {
  const root = await tempRoot();
  const { STRAKE_ROOT = "", STRAKE_RUN = "" } = root.env;
  const archive = join(root.path, "busybox.tar");
  await Bun.write(archive, await busyboxArchive({ reference: IMAGE }));
  const engine = await openEngine({ root: STRAKE_ROOT, run: STRAKE_RUN });
  await engine.images.load({ path: archive });
  const store = openStore(STRAKE_ROOT, STRAKE_RUN);
  const create: EngineRoot["create"] = async (cmd, request = {}) => {
    const { id } = await engine.containers.create({
      ...request,
      config: { Image: IMAGE, Cmd: [...cmd], ...request.config },
      hostConfig: { NetworkMode: "none", ...request.hostConfig },
    });
    return id;
  };
  const record: EngineRoot["record"] = async (id) => (await engine.containers.inspect(id)).record;
  return {
    root,
    engine,
    store,
    create,
    record,
    cli: (words, options = {}) => strake(words, { ...options, env: { ...root.env, ...options.env } }),
    spawn: (words, options = {}) =>
      Bun.spawn([...strakeCommand, ...words], {
        env: { ...process.env, ...root.env },
        stdin: options.stdin ?? "ignore",
        stdout: "pipe",
        stderr: "pipe",
      }),
    async start(cmd, request) {
      const id = await create(cmd, request);
      await engine.containers.start(id);
      return id;
    },
    until: (id, holds) => until(store, id, holds),
    async logs(id) {
      const lines = await Array.fromAsync(engine.containers.logs(id, { stdout: true, stderr: true }));
      return Buffer.concat(lines.map(({ data }) => data)).toString();
    },
    leftovers: () => leftovers(store),
    async expectNothingLeft() {
      const all = await engine.containers.list({ all: true });
      for (const {
        record: { id },
      } of all)
        await engine.containers.remove(id, { force: true, volumes: true });
      // The monitors' own callbacks may still be about to find that there is nothing to do.
      const left = await lastOf(() => leftovers(store));
      if (left.length > 0) throw new Error(`left: ${left.join("\n")}`);
    },
    async [Symbol.asyncDispose]() {
      store.close();
      await engine.close();
      await root.remove();
    },
  };
}

async function until(
  store: Store,
  id: string,
  holds: (record: ContainerRecord) => boolean,
): Promise<ContainerRecord> {
  const stop = AbortSignal.timeout(PATIENCE_MS);
  const bell = ringOnStoreChange(store, stop);
  try {
    for (;;) {
      const changed = bell.next();
      const row = store.row<{ record: string }>("SELECT record FROM containers WHERE id = ?", id);
      const record = row === undefined ? undefined : (JSON.parse(row.record) as ContainerRecord);
      if (record !== undefined && holds(record)) return record;
      if (stop.aborted) throw new Error(`the container did not get there: ${row?.record}`);
      await changed;
    }
  } finally {
    bell.close();
  }
}

function leftovers(store: Store): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((target) => target.startsWith(`${store.run}/`) || target.startsWith(`${store.root}/`));
  const folders = [
    join(store.root, "containers"),
    ...["containers", "execs", "netns", "parts", "exits", "runtime", "locks"].map((name) =>
      join(store.run, name),
    ),
  ].flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : []));
  const rows = [
    "containers",
    "snapshots",
    "endpoints",
    "published",
    "volume_mounts",
    "volume_uses",
    "volumes",
    "execs",
    "leases",
  ].flatMap((table) => store.rows(`SELECT * FROM ${table}`).map((row) => `${table}: ${JSON.stringify(row)}`));
  return [...mounts, ...folders, ...rows];
}
