import { resolve } from "node:path";
import { CliError } from "../cli-error.ts";

/** What `-v` values ask for. */
export interface VolumeRequest {
  /** `source:target[:options]`, the source absolute or a volume's name. */
  readonly binds: string[];
  /** Targets of anonymous volumes. */
  readonly anonymous: string[];
}

/** Sorts `-v` values; a source that begins with `.` is resolved in `cwd`. Throws {@link CliError} with Docker's texts. */
export function parseVolumes(values: readonly string[], cwd: string): VolumeRequest {
  const binds: string[] = [];
  const anonymous: string[] = [];
  for (const value of values) {
    const parts = value.split(":");
    if (value === "") throw invalid("invalid empty volume spec");
    if (parts.length > 3) throw invalid(`invalid spec: ${value}: too many colons`);
    if (parts.length === 1) {
      anonymous.push(value);
      continue;
    }
    if (parts.includes("")) throw invalid(`invalid spec: ${value}: empty section between colons`);
    const [source = "", ...rest] = parts;
    binds.push([source.startsWith(".") ? resolve(cwd, source) : source, ...rest].join(":"));
  }
  return { binds, anonymous };
}

/** Reads `--tmpfs` values into `path` to options. */
export function parseTmpfs(values: readonly string[]): Record<string, string> {
  const mounts: Record<string, string> = {};
  for (const value of values) {
    const [path = ""] = value.split(":", 1);
    mounts[path] = value.slice(path.length + 1);
  }
  return mounts;
}

function invalid(message: string): CliError {
  return new CliError(message);
}
