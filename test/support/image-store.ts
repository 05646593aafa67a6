import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TarKind, TarWriter, toByteString } from "../../src/archive/index.ts";
import { openContent } from "../../src/content/index.ts";
import { type ImageTable, openImages } from "../../src/image/index.ts";
import { type Layers, openLayers } from "../../src/snapshot/index.ts";
import { openStore, type Store } from "../../src/store/index.ts";

/** A store of its own in a temporary folder. */
export interface ImageStore {
  readonly folder: string;
  readonly store: Store;
  readonly layers: Layers;
  readonly images: ImageTable;
  close(): void;
}

export function openImageStore(): ImageStore {
  const folder = mkdtempSync(join(tmpdir(), "strake-images-"));
  const store = openStore(join(folder, "root"), join(folder, "run"));
  const job = new URL("../../src/snapshot/layer-job.fixture.ts", import.meta.url).pathname;
  const layers = openLayers(store, { command: [process.execPath, job] });
  return {
    folder,
    store,
    layers,
    images: openImages(store, layers, openContent(store)),
    close: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A member of a test archive: content for a file, the target for a link. */
export type Member = readonly [path: string, content: string | Uint8Array, kind?: TarKind];

/** A tar of the members, in order, with fixed attributes. */
export function toTar(members: readonly Member[]): Buffer {
  const parts: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => parts.push(Uint8Array.from(bytes)));
  for (const [path, content, kind = "file"] of members) {
    const bytes = Buffer.from(content);
    const isFile = kind === "file";
    writer.entry({
      kind,
      path: toByteString(path),
      linkPath: isFile ? "" : bytes.toString("latin1"),
      size: isFile ? bytes.length : 0,
      mode: kind === "directory" || path.startsWith("bin/") ? 0o755 : 0o644,
      uid: 0,
      gid: 0,
      mtimeSeconds: 1_600_000_000,
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: [],
    });
    if (isFile) writer.content(bytes);
  }
  writer.end();
  return Buffer.concat(parts);
}
