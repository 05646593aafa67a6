import { nowNs } from "../../base/index.ts";
import type { ChainId } from "../../oci/index.ts";
import type { Registry } from "../../registry/index.ts";
import type { LayerHold } from "../../snapshot/index.ts";
import type { Lease } from "../../store/index.ts";
import { listingDigest } from "../cache/listings.ts";
import type { BuildEvent } from "../events.ts";
import type { BuildCallOptions, BuildRequest } from "../request.ts";
import type { RoomContext } from "../room-context.ts";
import { releaseSource } from "../sources/source-cache.ts";
import { openWorkFolder, type WorkFolder } from "./open-work-folder.ts";
import { removeWorkFolder } from "./work-folders.ts";

/** What one build has and holds while it lasts. */
export interface Session extends Omit<RoomContext, "registry"> {
  /** The registries, opened by the first call. */
  registry(): Promise<Registry>;
  readonly request: BuildRequest;
  /** Aborted by the caller, or when a step has failed. */
  readonly signal: AbortSignal;
  /** Gives the build up because of this error; the first one counts. */
  fail(error: unknown): void;
  /** The error of {@link Session.fail}. */
  failure(): unknown;
  emit(event: BuildEvent): void;
  hold(chainId: ChainId): void;
  useSource(lease: Lease): void;
  keepListing(listing: string): string;
  /** A listing that this build has kept. */
  listing(digest: string): string | undefined;
  workFolder(): string;
  /** Gives back all that is held: what nobody else needs is gone afterwards. */
  close(): Promise<void>;
}

/** Begins a build. */
export function openSession(context: RoomContext, request: BuildRequest, options: BuildCallOptions): Session {
  const { layers } = context;
  const holds = new Map<ChainId, LayerHold>();
  const listings = new Map<string, string>();
  const folders: WorkFolder[] = [];
  const sources: Lease[] = [];
  const failing = new AbortController();
  let failure: unknown;
  let registry: Promise<Registry> | undefined;
  return {
    ...context,
    request,
    registry: () => {
      registry ??= context.registry(options.credentials);
      return registry;
    },
    signal: options.signal === undefined ? failing.signal : AbortSignal.any([options.signal, failing.signal]),
    fail: (error) => {
      failure ??= error;
      failing.abort();
    },
    failure: () => failure,
    emit: (event) => options.onEvent?.(event),
    hold: (chainId) => {
      if (!holds.has(chainId)) holds.set(chainId, layers.hold(chainId));
    },
    useSource: (lease) => void sources.push(lease),
    keepListing: (listing) => {
      const digest = listingDigest(listing);
      listings.set(digest, listing);
      return digest;
    },
    listing: (digest) => listings.get(digest),
    workFolder: () => {
      const folder = openWorkFolder(context);
      folders.push(folder);
      return folder.path;
    },
    close: async () => {
      for (const folder of folders) {
        await removeWorkFolder(context, folder.path);
        folder.end();
      }
      for (const lease of sources) await releaseSource(context.store, lease);
      for (const hold of holds.values()) await layers.release(hold);
    },
  };
}

/** The time of an event: milliseconds since the epoch, with fractions. */
export function eventTime(): number {
  return Number(nowNs() / 1000n) / 1000;
}
