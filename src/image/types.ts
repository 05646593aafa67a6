import type { ChainId, Descriptor, Digest, ImageConfig, Reference } from "../oci/index.ts";

/** An image as the store knows it: immutable; names point at it from outside. */
export interface Image {
  /** Digest of the config. */
  readonly id: Digest;
  readonly config: ImageConfig;
  /** The exact bytes that `id` covers. */
  readonly configBytes: Uint8Array;
  /** Unpacked bytes of all layers. */
  readonly size: number;
  /** The image that a commit or legacy build started from. */
  readonly parent: Digest | undefined;
  readonly top: ChainId | undefined;
}

/** One image with its names, as `image ls` lists it. */
export interface ImageSummary {
  readonly id: Digest;
  readonly parent: Digest | undefined;
  /** Familiar names with tag; empty when dangling. */
  readonly repoTags: readonly string[];
  /** `debian@sha256:…`. */
  readonly repoDigests: readonly string[];
  /** Unix seconds. */
  readonly created: number;
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** One image with everything that `image inspect` shows. */
export interface ImageView extends ImageSummary {
  readonly image: Image;
  /** RFC 3339; `ZERO_TIME` when it was never tagged here. */
  readonly lastTagTime: string;
  readonly graph: { readonly name: string; readonly data: Readonly<Record<string, string>> };
  readonly descriptor?: Descriptor;
}

/** One line of `history`, newest first. */
export interface HistoryLine {
  /** Image ID, or `<missing>`. */
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly createdBy: string;
  readonly tags: readonly string[];
  readonly size: number;
  readonly comment: string;
}

export type RemovedImage = { readonly untagged: string } | { readonly deleted: string };

/** What `load` found: one line of its output. */
export type LoadedImage =
  | {
      readonly kind: "named";
      readonly name: Reference;
      readonly id: Digest;
      readonly replaced: Digest | undefined;
    }
  | { readonly kind: "unnamed"; readonly id: Digest };
