import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { type BlockCompression, BlockCompressor } from "./block-compressor.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strake-blocks-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The blocks that one of `of` processes makes of `bytes`, written in odd pieces. */
function blocksOf(bytes: Uint8Array, compression: BlockCompression, share: number, of: number): Buffer[] {
  const path = join(folder, "out");
  const fd = openSync(path, "w");
  const compressor = new BlockCompressor(fd, { compression, share, of });
  for (let at = 0; at < bytes.length; at += 70_001) compressor.write(bytes.subarray(at, at + 70_001));
  compressor.end();
  closeSync(fd);
  const out = readFileSync(path);
  const blocks: Buffer[] = [];
  for (let at = 0; at < out.length; ) {
    const length = out.readUInt32LE(at);
    blocks.push(out.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return blocks;
}

const data = new Uint8Array(3_500_000).map((_, at) => (at * at) % 253);

test("blocks that several processes share are those that one makes alone, and unpack to the whole", () => {
  for (const compression of ["gzip", "zstd"] as const) {
    const alone = blocksOf(data, compression, 0, 1);
    expect(alone).toHaveLength(4);
    const shares = [0, 1, 2].map((share) => blocksOf(data, compression, share, 3));
    const together = alone.map((_, number) => shares[number % 3]?.[Math.floor(number / 3)]);
    expect(together).toEqual(alone);
    const packed = Buffer.concat(alone);
    const unpacked = compression === "gzip" ? gunzipSync(packed) : zstdDecompressSync(packed);
    expect(unpacked.equals(data)).toBe(true);
  }
});

test("nothing gives one empty block, so that it can be unpacked", () => {
  const [block] = blocksOf(new Uint8Array(0), "gzip", 0, 2);
  expect(gunzipSync(block ?? new Uint8Array(0))).toHaveLength(0);
  expect(blocksOf(new Uint8Array(0), "gzip", 1, 2)).toEqual([]);
});
