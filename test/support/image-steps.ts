import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "../../src/image/index.ts";
import { type ImageStore, type Member, toTar } from "./image-store.ts";

/** Writes a file into the folder of the store; as the source of a load or an import. */
export function write(at: ImageStore, name: string, bytes: Uint8Array): { readonly path: string } {
  const path = join(at.folder, name);
  writeFileSync(path, bytes);
  return { path };
}

/** An image of one layer. */
export async function importOne(
  at: ImageStore,
  reference: string,
  members: readonly Member[] = [["f", reference]],
): Promise<Image> {
  const source = write(at, "root.tar", toTar(members));
  return await at.images.import(source, { reference, changes: [], from: "-" });
}

/** An image that was committed on another: the same layers and one line of history more. */
export function derive(at: ImageStore, base: Image, comment: string, name?: string): Image {
  const names = name === undefined ? [] : [{ domain: "docker.io", path: `library/${name}`, tag: "latest" }];
  return at.images.draft(base).withHistory({ comment }).commit({ parent: base.id, names });
}

/** The archive of the images. */
export async function save(at: ImageStore, ...names: string[]): Promise<Buffer> {
  const path = join(at.folder, "saved.tar");
  const fd = openSync(path, "w");
  try {
    await at.images.save(names, fd);
  } finally {
    closeSync(fd);
  }
  return readFileSync(path);
}

/** Loads an archive that cannot be read twice. */
export async function loadThroughPipe(to: ImageStore, bytes: Uint8Array) {
  const path = join(to.folder, "piped.tar");
  writeFileSync(path, bytes);
  const fifo = join(to.folder, `fifo-${Math.random()}`);
  await Bun.spawn(["mkfifo", fifo]).exited;
  const feed = Bun.spawn(["sh", "-c", `exec cat "$1" > "$0"`, fifo, path]);
  const fd = openSync(fifo, "r");
  try {
    return await to.images.load({ fd });
  } finally {
    closeSync(fd);
    await feed.exited;
  }
}

/** Names of the folders of all layers. */
export function layersOnDisk(of: ImageStore): string[] {
  try {
    return readdirSync(join(of.store.root, "layers"));
  } catch {
    return [];
  }
}
