import type { ByteString, TarKind } from "../archive/index.ts";

/** Where the content of a planned file is. */
export interface PlannedContent {
  /** Index among the plan's folders. */
  readonly folder: number;
  /** Below that folder, without links on the way. */
  readonly path: ByteString;
  /** Hex sha256 that it must have; empty when whatever is there is meant. */
  readonly digest: string;
  /**
   * The layer may share the file itself. `equal`: it belongs to another layer, at the same path, and is shared only
   * when all its attributes fit. `own`: nobody else needs it, so that it takes the planned attributes.
   */
  readonly share?: "equal" | "own";
}

/** One object of a layer that {@link Layers.assemble} makes. Times are whole seconds, as a layer's tar keeps them. */
export interface PlannedEntry {
  /** Below the layer's root. */
  readonly path: ByteString;
  readonly kind: Exclude<TarKind, "other">;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** Name and value as bytes in base64. */
  readonly xattrs?: readonly (readonly [name: ByteString, value: string])[];
  /** Target of a symbolic link; of a hard link the path of an earlier entry. */
  readonly link?: ByteString;
  readonly device?: readonly [major: number, minor: number];
  /** Bytes of a file. */
  readonly size?: number;
  /** Not given for an empty file. */
  readonly content?: PlannedContent;
}

/** A whole layer. */
export interface LayerPlan {
  /** In the order of a walk: folders before what is in them, names sorted by bytes. */
  readonly entries: readonly PlannedEntry[];
  /** Absolute paths of the folders that the contents lie in. */
  readonly folders: readonly string[];
  /** Attributes of the layer's root. */
  readonly root: { readonly mode: number; readonly uid: number; readonly gid: number };
}
