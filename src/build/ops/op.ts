import type { ChainId } from "../../oci/index.ts";
import type { Lease } from "../../store/index.ts";
import type { Definition, VertexId } from "../graph/definition.ts";
import type { BuildRequest } from "../request.ts";
import type { Result, StackResult } from "../result.ts";
import type { RoomContext } from "../room-context.ts";

/** A value in a cache key. */
export type KeyValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | Readonly<Record<string, string>>;

/**
 * Everything that decides the result of a step, by name: an explicit list, never a whole object. It is hashed as the
 * cache key and kept as it is, so that a miss can be explained. What a step stands on is `parent`, a chainID;
 * a value under `files` is the digest of a listing that {@link OpContext.keepListing} was given.
 */
export type KeyParts = Readonly<Record<string, KeyValue>>;

/** What one step has to work with. */
export interface OpContext extends Omit<RoomContext, "registry"> {
  readonly request: BuildRequest;
  /** Aborted when the build is given up, or another of its steps failed. */
  readonly signal: AbortSignal;
  /** Output of the step, shown as it comes. */
  log(stream: "stdout" | "stderr", data: Uint8Array): void;
  /** One line of progress below the step; the same `id` again replaces it. */
  status(
    id: string,
    progress: {
      readonly current?: number;
      readonly total?: number;
      /** Another step or build has to end first. */
      readonly wait?: boolean;
      readonly done?: boolean;
    },
  ): void;
  /** The result of an input. */
  input(id: VertexId): Result;
  /** As {@link OpContext.input}, of a vertex that must be a stack. */
  stack(id: VertexId): StackResult;
  /** Keeps a stack from being collected until the build ends. */
  hold(chainId: ChainId): void;
  /** Gives back a use of a download or checkout when the build ends. */
  useSource(lease: Lease): void;
  /** Keeps the listing of files that a part of a key stands for, under the digest of its text, which is returned. */
  keepListing(listing: string): string;
  /** A new empty folder below the store's root, removed when the build ends, and even after a crash. */
  workFolder(): string;
}

/** How vertices of one kind are keyed and executed. */
export interface Op<D extends Definition> {
  /** The parts of the key; all inputs have results. Undefined for what is never cached, such as a context. */
  key(definition: D, context: OpContext): Promise<KeyParts | undefined>;
  /** Makes the result. A stack's layer lies on the base, and is held. */
  execute(definition: D, context: OpContext): Promise<Result>;
}
