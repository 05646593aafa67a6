import { EngineError } from "./errors.ts";

/** One step of a long call, for display only; nothing in the engine depends on it. */
export type ProgressEvent =
  | { readonly kind: "status"; readonly id?: string; readonly text: string }
  | {
      readonly kind: "bytes";
      readonly id: string;
      readonly text: string;
      readonly current: number;
      readonly total?: number;
    };

/** The last parameter of every long call. */
export interface CallOptions {
  /** Aborting it ends the call with an error of kind `cancelled`; nothing half-made stays visible. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}

/** Throws an error of kind `cancelled` when the call has been aborted. */
export function throwIfAborted(options: CallOptions | undefined): void {
  if (options?.signal?.aborted) throw new EngineError("cancelled", "operation cancelled");
}
