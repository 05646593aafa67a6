import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ByteString } from "../archive/index.ts";
import { errnoOf } from "../base/index.ts";
import { closeFd, O_CREAT, O_EXCL, O_WRONLY, openAt, writeAllFd } from "../host/index.ts";

/** What a layer's folder alone does not tell about the tar that it came from. */
export interface LayerFacts {
  /** Folders that the tar has no entry for; on a parent they take the attributes of what is below. */
  readonly implied: readonly ByteString[];
  /** Hard links whose target is not in this layer. */
  readonly links: readonly UnresolvedLink[];
  /** Files that a later entry of the same tar replaced. */
  readonly displaced: readonly Displaced[];
}

export interface UnresolvedLink {
  readonly path: ByteString;
  readonly target: ByteString;
}

/** What was at `path` when entry number `at` came lies in `kept/<slot>`. */
export interface Displaced {
  readonly at: number;
  readonly path: ByteString;
  readonly slot: number;
}

const NAME = "facts";
const EMPTY: LayerFacts = { implied: [], links: [], displaced: [] };

/** Stores the facts in the layer's folder, if there are any. */
export function writeLayerFacts(folderFd: number, facts: LayerFacts): void {
  if (facts.implied.length + facts.links.length + facts.displaced.length === 0) return;
  const fd = openAt(folderFd, NAME, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    writeAllFd(fd, Buffer.from(JSON.stringify(facts)));
  } finally {
    closeFd(fd);
  }
}

export function readLayerFacts(folder: string): LayerFacts {
  try {
    return JSON.parse(readFileSync(join(folder, NAME), "utf8")) as LayerFacts;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return EMPTY;
    throw error;
  }
}
