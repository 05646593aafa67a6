import { type ByteString, toText } from "../archive/index.ts";
import { EngineError, type ErrorKind, errnoOf, errorText } from "../base/index.ts";
import type { ChainId, DiffId } from "../oci/index.ts";

export function layerMissing(chainId: ChainId): EngineError {
  return new EngineError("notFound", `layer does not exist: ${chainId}`);
}

export function snapshotMissing(key: string): EngineError {
  return new EngineError("notFound", `snapshot does not exist: ${key}`);
}

/** The text of Docker's image store for an archive that is not what its config says. */
export function wrongDiffId(expected: DiffId, actual: DiffId): EngineError {
  return new EngineError("dataLoss", `invalid diffID for layer: expected "${expected}", got "${actual}"`, {
    hint: "the layer was changed on its way; fetch the image again",
  });
}

/** A layer's folder no longer gives the tar that it came from. */
export function layerChanged(chainId: ChainId, reason: string): EngineError {
  return new EngineError("dataLoss", `layer ${chainId} is damaged: ${reason}`, {
    hint: "its files under the engine's root were changed; remove the image and fetch it again",
  });
}

export function badEntry(path: ByteString, reason: string): EngineError {
  return new EngineError("invalidArgument", `invalid tar entry "${toText(path)}": ${reason}`);
}

/** A file is no longer what was planned with. */
export function changedMeanwhile(path: ByteString): EngineError {
  return new EngineError("conflict", `"/${toText(path)}" changed while it was copied`, {
    hint: "run the command again once nothing writes to the files",
  });
}

export function diskFull(what: string, cause?: unknown): EngineError {
  return new EngineError("unavailable", `${what}: no space left on device`, {
    hint: "free some space, for example with `strake system prune`",
    cause,
  });
}

export function tooLarge(what: string): EngineError {
  return new EngineError("invalidArgument", `layer refused: ${what}`);
}

const INPUT_FAULTS = new Set(["ENAMETOOLONG", "ENOTDIR", "ELOOP", "EISDIR", "EEXIST", "EFBIG", "EOVERFLOW"]);

/** What a failed call while handling `path` means to the user: a full disk, a bad archive, or a fault of the machine. */
export function explainFailure(path: ByteString, error: unknown): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const full = explainFullDisk(toText(path), error);
  if (full !== error) return full;
  if (INPUT_FAULTS.has(errno)) return badEntry(path, reasonOf(errorText(error)));
  return error;
}

/** As {@link explainFailure} where no archive is involved. */
export function explainFullDisk(what: string, error: unknown): unknown {
  const errno = errnoOf(error);
  return errno === "ENOSPC" || errno === "EDQUOT" ? diskFull(`write ${what}`, error) : error;
}

/** What a job process says when it fails. */
export interface FailureReport {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint?: string;
}

export function toFailureReport(error: unknown): FailureReport {
  if (!(error instanceof EngineError)) return { kind: "internal", message: errorText(error) };
  const { kind, message, hint } = error;
  return { kind, message, ...(hint === undefined ? {} : { hint }) };
}

/** The words after the last colon: what the kernel says. */
function reasonOf(message: string): string {
  return message.slice(message.lastIndexOf(": ") + 2).replace(/^: /, "");
}
