import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf } from "../oci/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { type ContentStore, openContent } from "./index.ts";

let folder: string;
let store: Store;
let content: ContentStore;
const bytes = Buffer.from("some content");
const digest = digestOf(bytes);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strake-content-"));
  store = openStore(folder, join(folder, "run"));
  content = openContent(store);
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function* parts(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const files = () => readdirSync(join(folder, "blobs", "sha256"));

test("a blob that was written in parts reads back whole and is a read-only file", async () => {
  await content.write(parts("some ", "content"), { digest, size: 12 });
  expect(Buffer.from(await content.readAll(digest, 100)).toString()).toBe("some content");
  expect(statSync(content.path(digest)).mode & 0o777).toBe(0o444);
  expect(content.list()).toEqual([{ digest, size: 12 }]);
});

test("content that is not what its digest says leaves nothing behind", async () => {
  const wrong = content.write(parts("other content"), { digest });
  await expect(wrong).rejects.toMatchObject({ kind: "dataLoss" });
  expect(content.stat(digest)).toBeUndefined();
  expect(files()).toEqual([]);
});

test("content longer than announced is refused before it is all written", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(1000);
  }
  await expect(content.write(endless(), { digest, size: 12 })).rejects.toMatchObject({ kind: "dataLoss" });
  expect(files()).toEqual([]);
});

test("writing a blob that is there does not read the source", async () => {
  await content.write(bytes, { digest });
  let read = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    read = true;
    yield bytes;
  }
  expect(await content.write(watched(), { digest, size: 12 })).toEqual({ digest, size: 12 });
  expect(read).toBe(false);
});

test("a blob that was changed on disk is found out at the end of reading it", async () => {
  await content.write(bytes, { digest });
  chmodSync(content.path(digest), 0o644);
  writeFileSync(content.path(digest), "some c0ntent");
  await expect(content.readAll(digest, 100)).rejects.toMatchObject({ kind: "dataLoss" });
});

test("a missing blob and one that is too big are told apart", async () => {
  await expect(content.readAll(digest, 5)).rejects.toMatchObject({ kind: "notFound" });
  await content.write(bytes, { digest });
  await expect(content.readAll(digest, 5)).rejects.toMatchObject({ kind: "invalidArgument" });
});

test("removing a blob twice is as good as once", async () => {
  await content.write(bytes, { digest });
  content.remove(digest);
  content.remove(digest);
  expect(content.list()).toEqual([]);
  expect(files()).toEqual([]);
});

test("a writer that died leaves nothing after a repair", () => {
  const orphan = join(folder, "orphan.tmp");
  writeFileSync(orphan, "half");
  store.change(
    "INSERT INTO leases(id, pid, start_time, boot, kind, path) VALUES ('l', 1, 0, 'gone', 'blob', ?)",
    orphan,
  );
  content.repair();
  expect(readdirSync(folder)).not.toContain("orphan.tmp");
});
