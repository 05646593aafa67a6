import { EngineError } from "../base/index.ts";

/** How the output of a container is kept. */
export interface LogOptions {
  readonly kept: boolean;
  /** Bytes after which the log is rotated. */
  readonly maxSize: number | undefined;
  /** Files that are kept, the current one included. */
  readonly maxFiles: number;
}

const DRIVERS = new Set(["json-file", "local", "none"]);
const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const LOCAL_MAX_SIZE = 20 * 1024 ** 2;
const LOCAL_MAX_FILES = 5;

/** Reads `--log-driver` and `--log-opt` that have been checked; throws `invalidArgument` for what they cannot be. */
export function readLogOptions({
  Type,
  Config,
}: {
  readonly Type: string;
  readonly Config: Readonly<Record<string, string>>;
}): LogOptions {
  if (!DRIVERS.has(Type)) {
    throw new EngineError("invalidArgument", `logger: no log driver named '${Type}' is registered`, {
      hint: "strake keeps logs with json-file, local or none",
    });
  }
  const local = Type === "local";
  const size = Config["max-size"];
  const maxSize = size === undefined ? (local ? LOCAL_MAX_SIZE : undefined) : parseSize(size);
  const maxFiles =
    Config["max-file"] === undefined ? (local ? LOCAL_MAX_FILES : 1) : parseCount(Config["max-file"]);
  return { kept: Type !== "none", maxSize, maxFiles };
}

function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text);
  const bytes = Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? ""] ?? 1);
  if (match === null || bytes <= 0) {
    throw new EngineError("invalidArgument", `invalid value for max-size: ${text}`);
  }
  return Math.trunc(bytes);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1)
    throw new EngineError("invalidArgument", "max-file cannot be less than 1");
  return count;
}
