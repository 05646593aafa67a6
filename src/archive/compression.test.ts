import { expect, test } from "bun:test";
import { detectCompression } from "./index.ts";

test("the magic number tells the compression", () => {
  const of = (...bytes: number[]) => detectCompression(Uint8Array.from(bytes));
  expect([
    of(0x1f, 0x8b, 8, 0, 0, 0),
    of(0x28, 0xb5, 0x2f, 0xfd, 0, 0),
    of(0x5e, 0x2a, 0x4d, 0x18, 0, 0),
    of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
    of(0x42, 0x5a, 0x68, 0x39, 0, 0),
    of(0x2e, 0x2f, 0, 0, 0, 0),
    of(),
  ]).toEqual(["gzip", "zstd", "zstd", "xz", "bzip2", "none", "none"]);
});
