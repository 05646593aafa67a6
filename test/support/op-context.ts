import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { VertexId } from "../../src/build/graph/definition.ts";
import type { OpContext } from "../../src/build/ops/op.ts";
import type { BuildRequest } from "../../src/build/request.ts";
import type { Result } from "../../src/build/result.ts";
import type { Lease } from "../../src/store/index.ts";
import type { ImageStore } from "./image-store.ts";

/** What a step of a test works with: results by name, and what it said and kept. */
export interface TestContext extends OpContext {
  readonly results: Map<string, Result>;
  readonly listings: Map<string, string>;
  readonly logged: string[];
  readonly uses: Lease[];
}

/** An {@link OpContext} on a store of a test, without a solver. */
export function testContext(store: ImageStore, buildArgs: Record<string, string> = {}): TestContext {
  const results = new Map<string, Result>();
  const listings = new Map<string, string>();
  const logged: string[] = [];
  const uses: Lease[] = [];
  const input = (id: VertexId): Result => {
    const result = results.get(id);
    if (result === undefined) throw new Error(`no result for ${id}`);
    return result;
  };
  return {
    store: store.store,
    layers: store.layers,
    images: store.images,
    get networks(): never {
      throw new Error("no networks in this test");
    },
    runtime: () => {
      throw new Error("no runtime in this test");
    },
    request: { buildArgs } as unknown as BuildRequest,
    signal: new AbortController().signal,
    log: (_stream, data) => logged.push(Buffer.from(data).toString()),
    status: () => undefined,
    input,
    stack(id) {
      const result = input(id);
      if (result.kind !== "stack") throw new Error(`${id} is no stack`);
      return result;
    },
    hold: (chainId) => void store.layers.hold(chainId),
    useSource: (lease) => void uses.push(lease),
    keepListing(listing) {
      const digest = `sha256:${createHash("sha256").update(listing).digest("hex")}`;
      listings.set(digest, listing);
      return digest;
    },
    workFolder: () => mkdtempSync(join(store.folder, "work-")),
    results,
    listings,
    logged,
    uses,
  };
}
