/** What went wrong, in the few kinds that callers tell apart; `api/status.ts` maps them to HTTP. */
export type ErrorKind =
  | "notFound"
  | "invalidArgument"
  | "conflict"
  | "notModified"
  | "unauthorized"
  | "forbidden"
  | "unavailable"
  | "notImplemented"
  | "internal"
  | "dataLoss"
  | "cancelled";

/** Extra facts about an {@link EngineError}. */
export interface ErrorDetail {
  /** What the user can do next, in one short sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one error class of the engine. `message` is what the user reads: Docker's text where Docker has one. */
export class EngineError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "EngineError";
    this.kind = kind;
    this.hint = detail.hint;
  }
}

/** True when `error` is an {@link EngineError}, and of `kind` if one is given. */
export function isEngineError(error: unknown, kind?: ErrorKind): error is EngineError {
  return error instanceof EngineError && (kind === undefined || error.kind === kind);
}

/** The text of anything thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The errno name (`ENOENT`, …) of a failed system call, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Puts the words of what was tried before the error of `attempt`. */
export function withWords<T>(words: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw addWords(words, error);
  }
}

/** As {@link withWords}, for an attempt that takes time. */
export async function withWordsAsync<T>(words: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw addWords(words, error);
  }
}

function addWords(words: string, error: unknown): unknown {
  if (!isEngineError(error)) return error;
  const { kind, message, hint } = error;
  return new EngineError(kind, `${words}: ${message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
