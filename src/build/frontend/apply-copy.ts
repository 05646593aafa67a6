import { EngineError } from "../../base/index.ts";
import type { AddInstruction, CopyInstruction } from "../../dockerfile/index.ts";
import { type Digest, parseDigest } from "../../oci/index.ts";
import type { CopyDefinition, CopySource, GitDefinition, VertexId } from "../graph/definition.ts";
import type { VertexLabel } from "../graph/vertex.ts";
import { withLayer } from "./created-by.ts";
import { isGitSource, parseGitSource } from "./git-source.ts";
import { HIDDEN } from "./graph.ts";
import { absolutePath, nextLabel, type StageContext } from "./stage-context.ts";
import type { StageState } from "./stage-state.ts";

type Transfer = CopyInstruction | AddInstruction;

/** Adds the vertices of a COPY or ADD that is expanded: its remote and inline sources, and the copy itself. */
export async function applyCopy(
  context: StageContext,
  state: StageState,
  { instruction, shown }: { readonly instruction: Transfer; readonly shown: string },
): Promise<void> {
  const destination = absolutePath(state, instruction.destination);
  const definition: CopyDefinition = {
    op: "copy",
    base: state.vertex,
    sources: await toSources(context, state, instruction),
    destination,
    chown: instruction.chown ?? "",
    chmod: instruction.chmod ?? "",
    link: instruction.link,
    parents: instruction.kind === "copy" && instruction.parents,
    exclude: instruction.exclude,
  };
  const label = nextLabel(context, state, { shown, instruction });
  state.vertex = context.graph.add(definition, label, { ignoreCache: context.ignoresCache(state) });
  state.history.push({ createdBy: withLayer(historyText(instruction)), vertex: state.vertex });
}

async function toSources(
  context: StageContext,
  state: StageState,
  instruction: Transfer,
): Promise<CopySource[]> {
  const local =
    instruction.kind === "add" ? instruction.sources.filter((each) => !isRemote(each)) : instruction.sources;
  if (instruction.kind === "copy") checkLocal(instruction);
  const from = instruction.kind === "copy" ? instruction.from : undefined;
  const unpack = instruction.kind === "copy" ? "never" : unpackMode(instruction.unpack, "auto");
  const sources: CopySource[] = [];
  if (local.length > 0) sources.push({ from: await context.source(from, state), paths: local, unpack });
  if (instruction.kind === "add") sources.push(...remoteSources(context, state, instruction));
  const files = instruction.inlineFiles.map(({ name, content }) => ({ name, content, mode: 0o644 }));
  if (files.length > 0) {
    const inline = context.graph.add({ op: "inline", files }, HIDDEN);
    sources.push({ from: inline, paths: files.map(({ name }) => `/${name}`), unpack: "never" });
  }
  return sources;
}

function unpackMode(flag: boolean | undefined, otherwise: "auto" | "never"): CopySource["unpack"] {
  return flag === undefined ? otherwise : flag ? "always" : "never";
}

function isRemote(source: string): boolean {
  return /^https?:\/\//.test(source) || isGitSource(source);
}

function checkLocal({ sources }: CopyInstruction): void {
  const remote = sources.find(isRemote);
  if (remote === undefined) return;
  const kind = isGitSource(remote) ? "git ref" : "URL";
  throw new EngineError("invalidArgument", `source can't be a ${kind} for COPY`, {
    hint: "use ADD",
  });
}

function remoteSources(context: StageContext, state: StageState, instruction: AddInstruction): CopySource[] {
  const remote = instruction.sources.filter(isRemote);
  if (instruction.checksum !== undefined) checkChecksum(instruction, remote);
  return remote.map((source): CopySource => {
    if (isGitSource(source)) {
      return { from: addGit(context, state, { source, instruction }), paths: ["/"], unpack: "never" };
    }
    const fileName = fileNameOf(source);
    const definition = {
      op: "http",
      url: source,
      fileName,
      checksum: instruction.checksum === undefined ? undefined : parseChecksum(instruction.checksum),
    } as const;
    const from = context.graph.add(definition, sourceLabel(source, instruction), ignore(context, state));
    return { from, paths: [`/${fileName}`], unpack: unpackMode(instruction.unpack, "never") };
  });
}

function ignore(context: StageContext, state: StageState): { readonly ignoreCache: boolean } {
  return { ignoreCache: context.ignoresCache(state) };
}

function checkChecksum({ sources, inlineFiles }: AddInstruction, remote: readonly string[]): void {
  if (sources.length + inlineFiles.length !== 1) {
    throw new EngineError("invalidArgument", "checksum can't be specified for multiple sources");
  }
  if (remote.length === 0) {
    throw new EngineError("invalidArgument", "checksum requires HTTP(S) or Git sources");
  }
}

function parseChecksum(text: string): Digest {
  try {
    return parseDigest(text);
  } catch (cause) {
    throw new EngineError("invalidArgument", "invalid checksum digest format", { cause });
  }
}

function addGit(
  context: StageContext,
  state: StageState,
  { source, instruction }: { readonly source: string; readonly instruction: AddInstruction },
): VertexId {
  const parsed = parseGitSource(source);
  const definition: GitDefinition = {
    ...parsed,
    keepGitDir: instruction.keepGitDir ?? parsed.keepGitDir,
    checksum: instruction.checksum ?? parsed.checksum,
  };
  return context.graph.add(definition, sourceLabel(source, instruction), ignore(context, state));
}

function sourceLabel(source: string, { range, original }: AddInstruction): VertexLabel {
  return { ...HIDDEN, name: source, text: original, lines: [range.start.line, range.end.line] };
}

function fileNameOf(url: string): string {
  const { pathname } = new URL(url);
  const last = pathname.split("/").at(-1) ?? "";
  return last === "" ? "__unnamed__" : decodeName(last);
}

/** A name with a slash or NUL in it would be no name. */
function decodeName(name: string): string {
  try {
    const decoded = decodeURIComponent(name);
    return /[/\0]/.test(decoded) || decoded === "." || decoded === ".." ? name : decoded;
  } catch {
    return name;
  }
}

function historyText(instruction: Transfer): string {
  const { kind, chown = "", chmod = "", sources, inlineFiles, destination } = instruction;
  const flags = [
    ...(kind === "copy" && instruction.parents ? ["--parents"] : []),
    ...(chown === "" ? [] : [`--chown=${chown}`]),
    ...(chmod === "" ? [] : [`--chmod=${chmod}`]),
  ];
  const inline = inlineFiles.map(({ name }) => `<<${name}`);
  return [kind.toUpperCase(), ...flags, ...sources, ...inline, destination].join(" ");
}
