import { afterAll, beforeEach, expect, test } from "bun:test";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freedBytes, measureDisk } from "./disk-usage.ts";

const folder = mkdtempSync(join(tmpdir(), "strake-disk-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of ["a/b/c", "layers/one"]) mkdirSync(join(folder, name), { recursive: true });
});

const du = (...paths: string[]): number =>
  Number(
    Bun.spawnSync(["du", "-sc", "--block-size=1", ...paths])
      .stdout.toString()
      .trim()
      .split("\n")
      .at(-1)
      ?.split("\t")[0],
  );
const write = (path: string, size = 5000) => writeFileSync(join(folder, path), Buffer.alloc(size, 1));
const parts = () =>
  new Map(measureDisk(folder, { depth: 2, first: "layers" }).map((part) => [part.path, part.bytes]));
const sum = () => [...parts().values()].reduce((total, bytes) => total + bytes, 0);

test("the sum is what du says, with sparse files, links of both kinds and names that are no UTF-8", () => {
  write("a/file", 100_000);
  write("a/b/c/small", 1);
  write("a/sparse", 1);
  truncateSync(join(folder, "a/sparse"), 50_000_000);
  linkSync(join(folder, "a/file"), join(folder, "layers/one/same"));
  symlinkSync("/", join(folder, "a/root"));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/a/`), Buffer.from([0xff, 0xfe])]), "x");
  expect(sum()).toBe(du(folder));
});

test("what is deeper than asked counts for the path above it", () => {
  write("a/b/c/file", 8192);
  expect([...parts().keys()].sort()).toEqual(["", "a", "a/b", "layers", "layers/one"]);
  expect(parts().get("a/b")).toBe(du(join(folder, "a/b")));
});

test("a file with several names counts once, for the folder that is walked first", () => {
  write("a/b/c/file", 40_000);
  const before = parts();
  linkSync(join(folder, "a/b/c/file"), join(folder, "layers/one/same"));
  const file = du(join(folder, "layers/one/same"));
  expect(parts().get("layers/one")).toBe((before.get("layers/one") ?? 0) + file);
  expect(parts().get("a/b")).toBe((before.get("a/b") ?? 0) - file);
});

test("a folder frees what du says of it, but not the files that have names elsewhere", () => {
  write("a/b/file", 40_000);
  expect(freedBytes([join(folder, "a")])).toBe(du(join(folder, "a")));
  linkSync(join(folder, "a/b/file"), join(folder, "layers/one/same"));
  const all = du(folder);
  const freed = freedBytes([join(folder, "a")]);
  rmSync(join(folder, "a"), { recursive: true });
  expect(du(folder)).toBe(all - freed);
});

test("files whose names all lie in the folders are freed with them", () => {
  write("a/b/file", 40_000);
  linkSync(join(folder, "a/b/file"), join(folder, "layers/one/same"));
  const both = [join(folder, "a"), join(folder, "layers")];
  expect(freedBytes(both)).toBe(du(...both));
});

test("folders deeper than a layer may have are counted", () => {
  mkdirSync(join(folder, "a", "d/".repeat(1200)), { recursive: true });
  expect(sum()).toBe(du(folder));
});
