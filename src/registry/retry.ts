import { EngineError, errnoOf, throwIfAborted } from "../base/index.ts";

/** How often and how long apart a request is repeated. */
export interface RetryPolicy {
  /** Milliseconds before the first repetition; each further one waits twice as long. */
  readonly delay: number;
  readonly signal?: AbortSignal | undefined;
}

const ATTEMPTS = 5;
const LONGEST = 60_000;
/** Nothing of the request can have reached anybody, and nobody will be there a moment later. */
const HOPELESS = new Set(["ECONNREFUSED", "ConnectionRefused", "ENOTFOUND", "EPROTO"]);

/** Marks an error after which the same request may succeed. */
export class TryAgain extends Error {
  /** Milliseconds that the other side asked to be left alone. */
  readonly after: number | undefined;
  readonly error: EngineError;

  constructor(error: EngineError, after?: number) {
    super(error.message, { cause: error });
    this.error = error;
    this.after = after;
  }
}

/** Ends the repetitions with an error that would otherwise count as passing. */
export class GiveUp extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super("no more repetitions", { cause: error });
    this.error = error;
  }
}

/**
 * Runs `attempt` until it succeeds, at most five times while it throws {@link TryAgain} or loses its connection, with
 * growing pauses. `attempt` gets the number of the try; progress resets it through `reset`.
 */
export async function withRetries<T>(
  { delay, signal }: RetryPolicy,
  attempt: (reset: () => void) => Promise<T>,
): Promise<T> {
  let failures = 0;
  const reset = (): void => {
    failures = 0;
  };
  for (;;) {
    throwIfAborted(signal === undefined ? undefined : { signal });
    try {
      return await attempt(reset);
    } catch (error) {
      if (error instanceof GiveUp) throw error.error;
      const again = toTryAgain(error);
      failures++;
      if (again === undefined) throw error;
      if (failures >= ATTEMPTS) throw again.error;
      await pause(Math.min(again.after ?? delay * 2 ** (failures - 1), LONGEST), signal);
    }
  }
}

function toTryAgain(error: unknown): TryAgain | undefined {
  if (error instanceof TryAgain) return error;
  if (!(error instanceof EngineError) || error.kind !== "unavailable" || error.cause === undefined) {
    return undefined;
  }
  const code = errnoOf(error.cause) ?? "";
  if (HOPELESS.has(code) || /CERT|SIGNATURE|ISSUER/.test(code)) return undefined;
  return new TryAgain(error);
}

/** True for statuses that come from trouble on the other side, or from too many requests. */
export function isTransient(status: number): boolean {
  return status === 429 || status === 408 || (status >= 500 && status !== 501);
}

/** Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3). */
export function retryAfter(header: string | null): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now());
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
