import { EngineError, nowNs, parseTime } from "../base/index.ts";
import {
  type ChainId,
  type Digest,
  digestOf,
  formatReference,
  type ImageConfig,
  type Reference,
} from "../oci/index.ts";
import type { Store } from "../store/index.ts";
import { parseImageConfig } from "./parse-config.ts";
import type { Image } from "./types.ts";

interface ImageRow {
  readonly id: Digest;
  readonly config: Uint8Array;
  readonly size: number;
  readonly parent: Digest | null;
  readonly top: ChainId | null;
}

/** The image with this ID, if it is there. */
export function readImage(store: Store, id: Digest): Image | undefined {
  const row = store.row<ImageRow>("SELECT id, config, size, parent, top FROM images WHERE id = ?", id);
  if (row === undefined) return undefined;
  return {
    id: row.id,
    config: parseImageConfig(row.config),
    configBytes: row.config,
    size: row.size,
    parent: row.parent ?? undefined,
    top: row.top ?? undefined,
  };
}

/** True when another image was made from this one by a commit. */
export function hasChildren(store: Store, id: Digest): boolean {
  return store.row("SELECT 1 FROM images WHERE parent = ? LIMIT 1", id) !== undefined;
}

/** What {@link writeImage} records. */
export interface NewImage {
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
  /** Unpacked bytes of all layers. */
  readonly size: number;
  readonly top: ChainId | undefined;
  readonly parent: Digest | undefined;
  readonly names: readonly Reference[];
}

/** Records an image with its names; call it in a transaction. An image that is there already only gets the names. */
export function writeImage(store: Store, image: NewImage): Image {
  const { config, configBytes, size, top, parent } = image;
  if (top !== undefined && store.row("SELECT 1 FROM layers WHERE chain_id = ?", top) === undefined) {
    throw new EngineError("conflict", `layer ${top} was removed while the image was being made`, {
      hint: "run the command again",
    });
  }
  const id = digestOf(configBytes);
  store.change(
    `INSERT INTO images(id, config, created, size, parent, top, labels, last_used) VALUES (?,?,?,?,?,?,?,?)
     ON CONFLICT(id) DO UPDATE SET parent = coalesce(parent, excluded.parent)`,
    id,
    configBytes,
    createdSeconds(config),
    size,
    parent ?? null,
    top ?? null,
    JSON.stringify(config.config?.Labels ?? {}),
    Math.floor(Date.now() / 1000),
  );
  for (const name of image.names) writeName(store, formatReference(name), id);
  return { id, config, configBytes, size, parent, top };
}

/** Points a full name at an image; returns the image that it pointed at before, if that was another. Call it in a transaction. */
export function writeName(store: Store, name: string, id: Digest): Digest | undefined {
  const before = store.row<{ image: Digest }>("SELECT image FROM refs WHERE name = ?", name);
  store.change(
    "INSERT INTO refs(name, image) VALUES (?,?) ON CONFLICT(name) DO UPDATE SET image = excluded.image",
    name,
    id,
  );
  store.change("UPDATE images SET tagged = ? WHERE id = ?", nowNs(), id);
  return before === undefined || before.image === id ? undefined : before.image;
}

/** Unix seconds of a config's creation; 0 when it does not say. */
export function createdSeconds(config: ImageConfig): number {
  const time = config.created === undefined ? undefined : parseTime(config.created);
  return time === undefined ? 0 : Number(time / 1_000_000_000n);
}
