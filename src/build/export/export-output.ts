import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Image, parseNewName } from "../../image/index.ts";
import {
  type ChainId,
  formatPlatform,
  formatReference,
  type Platform,
  type Reference,
} from "../../oci/index.ts";
import type { BuildOutput } from "../request.ts";
import type { RoomContext } from "../room-context.ts";
import { exportTar } from "./export-tar.ts";

/** What a build made for one platform. */
export interface BuiltResult {
  readonly platform: Platform;
  /** Its root file system; undefined for an empty one. */
  readonly top: ChainId | undefined;
  /** There for outputs of images. */
  readonly image: Image | undefined;
}

/** What an export may need besides the results. */
export interface ExportOptions {
  /** Of the manifests of images. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Names of images that the output does not name itself. */
  readonly names: readonly Reference[];
  /** An empty folder of this build. */
  workFolder(): string;
  /** One line of progress, finished. */
  status(line: string, bytes?: number): void;
}

/** An output outside of the store. */
export type OuterOutput = Exclude<BuildOutput, { kind: "image" }>;

/** True for outputs that hold images, not files. */
export function wantsImages({ kind }: OuterOutput): boolean {
  return kind === "oci" || kind === "docker" || kind === "oci-folder" || kind === "push";
}

/** How the step that does an export is called, as in BuildKit. */
export function exportName({ kind }: BuildOutput): string {
  switch (kind) {
    case "local":
      return "exporting to client directory";
    case "tar":
      return "exporting to client tarball";
    case "oci":
    case "oci-folder":
      return "exporting to oci image format";
    case "docker":
      return "exporting to docker image format";
    default:
      return "exporting to image";
  }
}

/** Gives results to an output outside of the store. */
export async function exportOutput(
  room: RoomContext,
  { results, output }: { readonly results: readonly BuiltResult[]; readonly output: OuterOutput },
  options: ExportOptions,
): Promise<void> {
  switch (output.kind) {
    case "local":
      await exportFolders(room, { results, output }, options);
      return;
    case "tar":
      await exportTar(room, { results, output }, options);
      options.status("sending tarball");
      return;
    case "push":
      await pushImages(room, { results, output }, options);
      return;
    default:
      await exportImages(room, { results, output }, options);
  }
}

interface LocalExport {
  readonly results: readonly BuiltResult[];
  readonly output: Extract<BuildOutput, { kind: "local" }>;
}

async function exportFolders(
  { layers }: RoomContext,
  { results, output }: LocalExport,
  { signal, status }: ExportOptions,
): Promise<void> {
  let bytes = 0;
  for (const [at, { platform, top }] of results.entries()) {
    const target = output.platformSplit ? join(output.dest, platformFolder(platform)) : output.dest;
    mkdirSync(target, { recursive: true });
    // Of several in one folder only the first may take away what it does not have.
    const clean = output.clean && (output.platformSplit || at === 0);
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    bytes += (await layers.exportTo(top, target, { signal, owner, clean })).bytes;
  }
  status("copying files", bytes);
}

async function exportImages(
  { images }: RoomContext,
  {
    results,
    output,
  }: {
    readonly results: readonly BuiltResult[];
    readonly output: Extract<OuterOutput, { kind: "oci" | "docker" | "oci-folder" }>;
  },
  { signal, names, status, annotations }: ExportOptions,
): Promise<void> {
  const shown = output.names.length > 0 ? output.names.map(parseNewName) : names;
  const named = results.flatMap(({ image }) => (image === undefined ? [] : [{ image, names: shown }]));
  if (output.kind === "oci-folder") mkdirSync(output.dest, { recursive: true });
  const to = output.kind === "oci-folder" ? { folder: output.dest } : { fd: output.fd };
  const told = Object.keys(annotations).length === 0 ? {} : { annotations };
  await images.write(named, to, { signal, platforms: named.length > 1, ...told });
  for (const { image } of named) status(`exporting config ${image.id}`);
  status("sending tarball");
}

async function pushImages(
  room: RoomContext,
  {
    results,
    output,
  }: {
    readonly results: readonly BuiltResult[];
    readonly output: Extract<OuterOutput, { kind: "push" }>;
  },
  { signal, names, status, annotations }: ExportOptions,
): Promise<void> {
  const registry = await room.registry(undefined);
  const { compression } = output;
  const compressed = compression === undefined ? {} : { compression };
  const built = results.flatMap(({ image, platform }) => (image === undefined ? [] : [{ image, platform }]));
  for (const name of output.names.length > 0 ? output.names.map(parseNewName) : names) {
    const { descriptor } = await room.images.pushBuilt(built, registry, {
      name,
      signal,
      annotations,
      ...compressed,
    });
    status("pushing layers");
    status(`pushing manifest for ${formatReference(name)}@${descriptor.digest}`);
  }
}

/** The folder of a platform among several: `linux_arm_v7`. */
export function platformFolder(platform: Platform): string {
  return formatPlatform(platform).replaceAll("/", "_");
}
