import { posix } from "node:path";
import { errorText, isEngineError } from "../../base/index.ts";
import { type HostConfig, type MountRequest, parseTmpfsOptions } from "../../spec/index.ts";
import { type ParsedMount, parseBindText } from "./bind-text.ts";
import { checkMount, foreignOptions, targetProblem } from "./check-mount.ts";
import { invalid } from "./errors.ts";

/**
 * Every mount that a host config asks for by `-v` and `--mount`, checked, targets cleaned, in order.
 * Throws `invalidArgument` with Docker's texts, also where two of them or a `--tmpfs` share a target.
 */
export function parseMounts(asked: Partial<HostConfig>): readonly ParsedMount[] {
  const binds = (asked.Binds ?? []).map(parseCheckedBind);
  const mounts = (asked.Mounts ?? []).map((request): ParsedMount => {
    const foreign = foreignOptions(request);
    if (foreign !== undefined)
      throw invalid(`${foreign} must not be specified on mount type "${request.Type}"`);
    checkMount(request);
    return { request, mode: request.Type === "volume" ? "z" : "" };
  });
  const parsed = [...binds, ...mounts].map(({ request, mode }) => ({
    request: { ...request, Target: cleanTarget(request.Target) },
    mode,
  }));
  const taken = new Set(parseTmpfsTargets(asked.Tmpfs ?? {}));
  for (const { request } of parsed) {
    if (taken.has(request.Target)) throw invalid(`Duplicate mount point: ${request.Target}`);
    taken.add(request.Target);
  }
  return parsed;
}

/** The cleaned targets of `--tmpfs`; its options are checked too. */
export function parseTmpfsTargets(tmpfs: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(tmpfs).map(([target, options]) => {
    const problem = targetProblem(target);
    if (problem !== undefined) throw invalid(problem);
    parseTmpfsOptions(options);
    return cleanTarget(target);
  });
}

/** An absolute path without `.`, `..` and a slash at its end. */
export function cleanTarget(target: string): string {
  const clean = posix.normalize(target);
  return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
}

function parseCheckedBind(text: string): ParsedMount {
  const { request, mode } = parseBindText(text);
  try {
    checkMount(request);
  } catch (error) {
    // A bad volume name is told by the volume itself in Docker, without the specification before it.
    const isOwn = isEngineError(error) && /^(?:invalid mount config|mount options)/.test(error.message);
    throw isOwn ? invalid(`invalid volume specification: '${text}': ${errorText(error)}`) : error;
  }
  return { request: toStored(request), mode: mode === "" && request.Type === "volume" ? "z" : mode };
}

function toStored(request: MountRequest): MountRequest {
  return request.Source === undefined ? request : { ...request, Source: cleanSource(request) };
}

function cleanSource({ Type: type, Source: source = "" }: MountRequest): string {
  return type === "bind" ? cleanTarget(source) : source;
}
