import { EngineError } from "../base/index.ts";
import { type ByteString, toText } from "./byte-source.ts";

/** A tar stream that breaks its format. `message` starts as Go's `archive/tar` errors do. */
export function tarError(detail: string): EngineError {
  return new EngineError("invalidArgument", `archive/tar: ${detail}`);
}

export function truncatedError(): EngineError {
  return new EngineError("invalidArgument", "unexpected EOF", {
    hint: "the archive is cut off; fetch or make it again",
  });
}

/** A field that a header cannot carry, named by the entry it belongs to. */
export function entryError(path: ByteString, detail: string): EngineError {
  return new EngineError("invalidArgument", `archive/tar: ${detail}: "${toText(path)}"`);
}
