import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorText, writeFileAtomic } from "../../../base/index.ts";
import type { RemoteManifest } from "../../../engine/index.ts";
import { type Descriptor, formatReference, parseReference, withDefaultTag } from "../../../oci/index.ts";
import { CliError } from "../../cli-error.ts";
import { CommandFailed } from "../../command.ts";
import type { Io } from "../../io/io.ts";
import { type ManifestJson, toManifestJson } from "./manifest-json.ts";

/** The lists that a user puts together before they are pushed; Docker's files, in its config folder. */
export interface ManifestStore {
  /** The manifests of a list, in order; undefined when there is no such list. */
  read(list: string): readonly RemoteManifest[] | undefined;
  find(list: string, manifest: string): RemoteManifest | undefined;
  write(list: string, manifest: RemoteManifest): void;
  /** False when there was none. */
  remove(list: string): boolean;
}

export function openManifestStore(io: Io): ManifestStore {
  const folder = (list: string) => join(io.settings.configFolder, "manifests", toFileName(list));
  const read = (path: string): RemoteManifest => {
    try {
      return fromJson(JSON.parse(readFileSync(path, "utf8")) as ManifestJson);
    } catch (error) {
      throw new CliError(`cannot read ${path}: ${errorText(error)}`, { cause: error });
    }
  };
  return {
    read: (list) => {
      if (!existsSync(folder(list))) return undefined;
      return readdirSync(folder(list))
        .sort()
        .map((name) => read(join(folder(list), name)));
    },
    find: (list, manifest) => {
      const path = join(folder(list), toFileName(manifest));
      return existsSync(path) ? read(path) : undefined;
    },
    write: (list, manifest) => {
      mkdirSync(folder(list), { recursive: true, mode: 0o755 });
      const path = join(folder(list), toFileName(manifest.reference));
      writeFileAtomic(path, JSON.stringify(toManifestJson(manifest)));
    },
    remove: (list) => {
      if (!existsSync(folder(list))) return false;
      rmSync(folder(list), { recursive: true });
      return true;
    },
  };
}

/** The whole name of an argument. */
export function readName(text: string): string {
  try {
    return formatReference(withDefaultTag(parseReference(text)));
  } catch (error) {
    throw new CommandFailed(1, errorText(error));
  }
}

function toFileName(reference: string): string {
  return reference.replaceAll(":", "-").replaceAll("/", "_");
}

function fromJson({ Ref, Descriptor: descriptor, Raw }: ManifestJson): RemoteManifest {
  return {
    reference: Ref,
    descriptor: descriptor as unknown as Descriptor,
    bytes: Buffer.from(Raw, "base64"),
  };
}
