import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Descriptor, digestOf, hostPlatform, MediaType, type Platform } from "../../src/oci/index.ts";
import { busyboxLayer, tar } from "./busybox-archive.ts";
import type { FakeRegistry } from "./fake-registry.ts";

/** A layer as a registry has it. */
export interface FakeLayer {
  readonly tar: Uint8Array;
  /** gzip if not given. */
  readonly compression?: "gzip" | "zstd" | "none";
}

export interface FakeImageOptions {
  /** One layer with busybox, if not given. */
  readonly layers?: readonly FakeLayer[];
  readonly platform?: Platform;
  readonly tag?: string;
  /** Changes what the manifest says of its layers. */
  readonly forge?: (layers: readonly Descriptor[]) => readonly object[];
  /** Changes the config. */
  readonly config?: object;
}

/** What was put into a registry. */
export interface FakeImage {
  readonly manifest: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The image's ID. */
  readonly id: string;
}

/** A tar with one file. */
export function fileLayer(path: string, data: string | Uint8Array): FakeLayer {
  return { tar: tar([{ path, data }]) };
}

/** Puts an image into a registry of the tests' own. */
export async function putImage(registry: FakeRegistry, options: FakeImageOptions = {}): Promise<FakeImage> {
  const { platform = hostPlatform(), tag, forge = (layers) => layers } = options;
  const given = options.layers ?? [{ tar: await busyboxLayer() }];
  const layers = given.map(({ tar: bytes, compression = "gzip" }) => {
    const packed =
      compression === "gzip" ? gzipSync(bytes) : compression === "zstd" ? zstdCompressSync(bytes) : bytes;
    const types = { gzip: MediaType.ociLayerGzip, zstd: MediaType.ociLayerZstd, none: MediaType.ociLayer };
    return { mediaType: types[compression], ...registry.blob(packed) };
  });
  const config = registry.blob(
    JSON.stringify({
      ...platform,
      config: { Cmd: ["sh"], Env: ["PATH=/bin"] },
      rootfs: { type: "layers", diff_ids: given.map((layer) => digestOf(layer.tar)) },
      ...options.config,
    }),
  );
  const manifest = registry.manifest(
    {
      schemaVersion: 2,
      mediaType: MediaType.ociManifest,
      config: { mediaType: MediaType.ociConfig, ...config },
      layers: forge(layers),
    },
    tag === undefined ? {} : { tag },
  );
  return { manifest, layers, id: config.digest };
}
