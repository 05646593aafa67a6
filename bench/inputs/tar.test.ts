import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InputEntry, tarSize, writeTar } from "./tar.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bench-tar-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entries: InputEntry[] = [
  { path: "etc/", kind: "folder", mode: 0o755, mtime: 1700000000 },
  { path: "etc/motd", kind: "file", mode: 0o640, mtime: 1700000001, body: Buffer.from("hello\n") },
  { path: "etc/link", kind: "symlink", mode: 0o777, mtime: 1700000002, target: "motd" },
];

test("tar lists and reads what the bench wrote, and size and digest are those of the file", () => {
  const path = join(folder, "a.tar");
  const file = openSync(path, "w");
  const digest = writeTar(file, entries);
  closeSync(file);
  const bytes = readFileSync(path);
  expect(bytes.length).toBe(tarSize(entries));
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(digest);
  const listed = Bun.spawnSync(["tar", "-tvf", path, "--utc"]);
  expect(listed.exitCode).toBe(0);
  const lines = listed.stdout.toString().trim().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^-rw-r----- root\/root +6 2023-11-14 22:13 etc\/motd$/);
  expect(lines[2]).toEndWith("etc/link -> motd");
  expect(Bun.spawnSync(["tar", "-xOf", path, "etc/motd"]).stdout.toString()).toBe("hello\n");
});

test("a path that has no room in a plain header is refused", () => {
  const file = openSync(join(folder, "b.tar"), "w");
  const long = { path: "x".repeat(100), kind: "folder", mode: 0o755, mtime: 0 } as const;
  expect(() => writeTar(file, [long])).toThrow("path too long");
  closeSync(file);
});
