import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ByteString } from "../archive/index.ts";
import { errnoOf } from "../base/index.ts";
import { closeFd, O_CREAT, O_EXCL, O_WRONLY, openAt, writeAllFd } from "../host/index.ts";

const NAME = "digests";

/** Hex sha256 of the files of a layer, by path. */
export type ContentDigests = ReadonlyMap<ByteString, string>;

/** Stores in a layer's folder what its files hold, for layers that share files with it, and for those who ask. */
export function writeContentDigests(folderFd: number, digests: ContentDigests): void {
  if (digests.size === 0) return;
  const fd = openAt(folderFd, NAME, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    writeAllFd(fd, Buffer.from(JSON.stringify([...digests])));
  } finally {
    closeFd(fd);
  }
}

/** The stored digests; undefined for a layer that was not made with them. */
export function readContentDigests(folder: string): ContentDigests | undefined {
  try {
    return new Map(JSON.parse(readFileSync(join(folder, NAME), "utf8")) as [ByteString, string][]);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
