import type { BuildWarning } from "./report.ts";

/** What happens in a build, for display. Times are milliseconds since the epoch, with fractions. */
export type BuildEvent =
  /** The vertex will be needed; it has not started. */
  | { readonly kind: "planned"; readonly vertex: string; readonly name: string; readonly time: number }
  /** A vertex begins; those that wait for others are told when they begin. */
  | { readonly kind: "started"; readonly vertex: string; readonly name: string; readonly time: number }
  | {
      readonly kind: "completed";
      readonly vertex: string;
      readonly time: number;
      readonly cached: boolean;
      /** Text of the error that ended it. */
      readonly error?: string;
      /** Why the result was not in the cache. */
      readonly reason?: string;
    }
  | {
      readonly kind: "log";
      readonly vertex: string;
      readonly stream: "stdout" | "stderr";
      readonly data: Uint8Array;
      readonly time: number;
    }
  | {
      readonly kind: "status";
      readonly vertex: string;
      readonly id: string;
      readonly current?: number;
      readonly total?: number;
      /** True for a wait for others, which nothing else will tell of before it ends. */
      readonly wait?: boolean;
      readonly done: boolean;
      readonly time: number;
    }
  /** A finding of a build check, below the vertex that read the Dockerfile. */
  | {
      readonly kind: "warning";
      readonly vertex: string;
      readonly warning: BuildWarning;
      readonly time: number;
    };
