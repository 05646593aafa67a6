import { statSync } from "node:fs";
import { resolve } from "node:path";
import { goQuote } from "../../../../base/index.ts";
import type { ContextSource, DockerfileSource } from "../../../../engine/index.ts";
import { CliError } from "../../../cli-error.ts";
import type { Io } from "../../../io/io.ts";
import { cannotBuild } from "../build-failed.ts";

/** Where files and Dockerfile come from. */
export interface Sources {
  readonly context: ContextSource;
  readonly dockerfile: DockerfileSource;
}

/** More text than this is no Dockerfile; bytes. */
const LARGEST_DOCKERFILE = 16 << 20;

/** Reads `PATH | URL | -` and `--file`. Throws {@link CliError} with buildx's texts. */
export async function readSources(context: string, file: string, io: Io): Promise<Sources> {
  if (context === "-" && file === "-") {
    throw cannotBuild("invalid argument: can't use stdin for both build context and dockerfile");
  }
  const source = readContext(context, io);
  return { context: source, dockerfile: await readDockerfile(file, source, io) };
}

function readContext(text: string, io: Io): ContextSource {
  if (text === "-") return { kind: "stream", fd: io.stdin };
  const path = resolve(io.cwd, text);
  if (text !== "" && isFolder(path)) return { kind: "folder", path };
  if (isRemote(text)) return { kind: "url", url: text };
  throw cannotBuild(`unable to prepare context: path ${goQuote(text)} not found`);
}

async function readDockerfile(file: string, context: ContextSource, io: Io): Promise<DockerfileSource> {
  if (file === "-") return { kind: "text", text: await readStdin(io) };
  if (file === "") return { kind: "in-context", path: "Dockerfile" };
  // With a folder the name is one of this machine's; in a tar or a repository it is one of theirs.
  if (context.kind === "folder" || file.startsWith("/")) return { kind: "file", path: resolve(io.cwd, file) };
  return { kind: "in-context", path: file };
}

async function readStdin(io: Io): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of io.readStdin()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST_DOCKERFILE) throw new CliError("the Dockerfile on stdin is larger than 16 MiB");
  }
  return Buffer.concat(chunks).toString("utf8");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** True for what is fetched: a URL, a git repository, also in the forms `user@host:path` and `github.com/…`. */
export function isRemote(text: string): boolean {
  return /^(https?|git|ssh):\/\//.test(text) || /^github\.com\//.test(text) || /^[\w-]+@[\w.-]+:/.test(text);
}
