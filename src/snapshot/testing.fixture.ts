import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TarHeader, TarWriter } from "../archive/index.ts";
import { listMounts, unmount } from "../host/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { type Layers, type LayersOptions, openLayers } from "./index.ts";

/** A store of its own for one test. */
export interface Bench {
  readonly folder: string;
  readonly store: Store;
  readonly layers: Layers;
  /** A new empty folder. */
  newFolder(name: string): string;
}

export const JOB_COMMAND = [process.execPath, join(import.meta.dir, "layer-job.fixture.ts")];

/** Runs `section` with a fresh store, then unmounts and removes everything. */
export async function withBench<T>(
  options: LayersOptions,
  section: (bench: Bench) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "strake-snapshot-"));
  const store = openStore(join(folder, "root"), join(folder, "run"));
  try {
    const layers = openLayers(store, { command: JOB_COMMAND, ...options });
    const newFolder = (name: string): string => {
      const path = join(folder, name);
      mkdirSync(path, { recursive: true });
      return path;
    };
    return await section({ folder, store, layers, newFolder });
  } finally {
    store.close();
    for (const { target } of listMounts(folder).reverse()) unmount(target, { detach: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An entry of a test's tar: a path with what is not the default. */
export type TestEntry = Partial<TarHeader> & { readonly path: string; readonly content?: string };

/** The bytes of a tar. */
export function makeTar(entries: readonly TestEntry[]): Buffer {
  const parts: Buffer[] = [];
  const writer = new TarWriter((bytes) => parts.push(Buffer.from(bytes)));
  for (const { content = "", ...entry } of entries) {
    const folder = entry.kind === "directory";
    writer.entry({
      kind: "file",
      linkPath: "",
      mode: folder ? 0o755 : 0o644,
      uid: 0,
      gid: 0,
      mtimeSeconds: 1_000_000_000,
      size: content.length,
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: [],
      ...entry,
    });
    if ((entry.kind ?? "file") === "file") writer.content(Buffer.from(content, "latin1"));
  }
  writer.end();
  return Buffer.concat(parts);
}

/** A stream of bytes in small pieces. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + 1000));
      at += 1000;
    },
  });
}

/** Runs a shell script in a folder; its output. */
export function sh(cwd: string, script: string): string {
  const run = Bun.spawnSync(["sh", "-ec", script], { cwd });
  if (!run.success) throw new Error(`${script}: ${run.stderr}`);
  return run.stdout.toString();
}
