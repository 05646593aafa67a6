import { basename, join } from "node:path";
import type { DockerfileText } from "../report.ts";
import type { DockerfileSource } from "../request.ts";
import { badDockerfile, noDockerfile } from "./errors.ts";
import type { OpenedContext } from "./open-context.ts";
import { readHere, readInTree } from "./read-in-tree.ts";

/** A Dockerfile as it is shown and as it is parsed. */
export interface ReadDockerfile extends DockerfileText {
  /** The bytes where there are any: the parser says what of them is no UTF-8. */
  readonly source: string | Uint8Array;
}

/** Reads the Dockerfile. In a context it is looked up inside it, `dockerfile` if there is no `Dockerfile`. */
export function readDockerfile(source: DockerfileSource, context: OpenedContext | undefined): ReadDockerfile {
  if (source.kind === "text") return toText(source.text);
  if (context?.dockerfile !== undefined) return toText(context.dockerfile);
  const { path } = source;
  const read = (name: string) =>
    source.kind === "file"
      ? readHere(name)
      : context === undefined
        ? undefined
        : readInTree(context.tree.root, name);
  for (const name of [path, ...lowerCase(path)]) {
    const bytes = read(name);
    if (bytes === "notFile") throw badDockerfile(path, "not a regular file of less than 64 MiB");
    if (bytes !== undefined)
      return { name: basename(path), text: Buffer.from(bytes).toString(), source: bytes };
  }
  throw noDockerfile(shownName(source));
}

/** The name under which BuildKit shows a Dockerfile. */
export function shownName(source: DockerfileSource): string {
  if (source.kind === "text") return "Dockerfile";
  return source.kind === "file" ? basename(source.path) : source.path;
}

function toText(text: string): ReadDockerfile {
  return { name: "Dockerfile", text, source: text };
}

function lowerCase(path: string): string[] {
  return basename(path) === "Dockerfile" ? [join(path, "..", "dockerfile")] : [];
}
