import { DockerfileError } from "./errors.ts";
import { linesRange } from "./source-range.ts";

/** The text of a Dockerfile, line by line. */
export interface Source {
  readonly fileName: string;
  /** Without line feeds; a carriage return at the end stays. The text after the last line feed counts. */
  readonly raw: readonly string[];
  /** `raw` without carriage returns at the end. */
  readonly lines: readonly string[];
  /** Numbers of the lines that hold bytes which are no UTF-8; there they read as U+FFFD. */
  readonly broken: ReadonlySet<number>;
}

const MAX_LINE = 65_535;

/** Decodes and splits a Dockerfile; a byte order mark goes. Throws {@link DockerfileError} for a line that is too long. */
export function readSource(source: string | Uint8Array, fileName: string): Source {
  const text = typeof source === "string" ? source : new TextDecoder().decode(source);
  const raw = text.replace(/^\ufeff/, "").split("\n");
  const lines = raw.map((line) => line.replace(/\r+$/, ""));
  const long = raw.findIndex((line) => line.length * 3 > MAX_LINE && Buffer.byteLength(line) > MAX_LINE);
  if (long >= 0) {
    const range = linesRange(lines, long + 1, long + 1);
    throw new DockerfileError(`dockerfile line greater than max allowed size of ${MAX_LINE}`, {
      fileName,
      ranges: [range],
    });
  }
  return { fileName, raw, lines, broken: typeof source === "string" ? new Set() : brokenLines(source, raw) };
}

function brokenLines(source: Uint8Array, raw: readonly string[]): ReadonlySet<number> {
  const suspects = raw.flatMap((line, at) => (line.includes("\ufffd") ? [at + 1] : []));
  if (suspects.length === 0) return new Set();
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const starts = [0];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  const isBroken = (line: number) =>
    !isUtf8(bytes.subarray(starts[line - 1], starts[line] ?? bytes.byteLength));
  return new Set(suspects.filter(isBroken));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
