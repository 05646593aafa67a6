import type { MountRequest } from "../../spec/index.ts";
import { invalid } from "./errors.ts";

/** A `-v` in the form of a `--mount`, with its option text. */
export interface ParsedMount {
  readonly request: MountRequest;
  readonly mode: string;
}

// At most one of each group may be given.
const MODE_GROUPS: readonly (readonly string[])[] = [
  ["rw", "ro"],
  ["z", "Z"],
  ["private", "rprivate", "slave", "rslave", "shared", "rshared"],
  ["nocopy"],
  ["consistent", "cached", "delegated", "default"],
];
const PROPAGATIONS = MODE_GROUPS[2] ?? [];

/** Reads `[source:]target[:mode]`. Throws `invalidArgument` (`invalid volume specification: 'x'`, `invalid mode: x`). */
export function parseBindText(text: string): ParsedMount {
  const parts = text.split(":");
  const [first = "", second, mode = ""] = parts;
  const isModeOnly = parts.length === 2 && isMode(second ?? "");
  if (first === "" || second === "" || parts.length > 3 || isModeOnly) {
    throw invalid(`invalid volume specification: '${text}'`);
  }
  if (mode !== "" && !isMode(mode)) throw invalid(`invalid mode: ${mode}`);
  const source = second === undefined ? undefined : first;
  return { request: toRequest(source, second ?? first, mode), mode };
}

/** True for an option text that Docker takes, such as `ro,rslave`. */
export function isMode(mode: string): boolean {
  const options = mode.split(",");
  const counts = MODE_GROUPS.map((group) => options.filter((option) => group.includes(option)).length);
  const known = counts.reduce((sum, count) => sum + count, 0);
  return known === options.length && counts.every((count) => count <= 1);
}

function toRequest(source: string | undefined, target: string, mode: string): MountRequest {
  const options = mode.split(",");
  const isBind = source?.startsWith("/") ?? false;
  const propagation = options.find((option) => PROPAGATIONS.includes(option));
  const readOnly = options.includes("ro");
  return {
    Type: isBind ? "bind" : "volume",
    ...(source === undefined ? {} : { Source: source }),
    Target: target,
    ...(readOnly ? { ReadOnly: true } : {}),
    ...(propagation === undefined && !isBind
      ? {}
      : {
          BindOptions: {
            ...(propagation === undefined ? {} : { Propagation: propagation }),
            ...(isBind ? { CreateMountpoint: true } : {}),
          },
        }),
    ...(options.includes("nocopy") ? { VolumeOptions: { NoCopy: true } } : {}),
  };
}
