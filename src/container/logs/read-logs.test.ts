import { afterAll, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogQuery, readLogs } from "./read-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "strake-logs-"));
afterAll(() => rmSync(folder, { recursive: true }));
const both: LogQuery = { stdout: true, stderr: true };

function line(second: number, text: string, stream = "stdout", flag = "F"): string {
  return `2026-01-02T03:04:${String(second).padStart(2, "0")}.000000005+00:00 ${stream} ${flag} ${text}\n`;
}

let count = 0;
function logWith(text: string): string {
  const path = join(folder, `log${count++}`);
  writeFileSync(path, text);
  return path;
}

async function texts(log: string, query: LogQuery): Promise<string[]> {
  const found: string[] = [];
  for await (const { data } of readLogs(log, query)) found.push(Buffer.from(data).toString());
  return found;
}

test("lines come back as written, with time and stream", async () => {
  const log = logWith(line(1, "out") + line(2, "err", "stderr"));
  const found = await Array.fromAsync(readLogs(log, both));
  expect(found.map(({ stream, time }) => [stream, time])).toEqual([
    ["stdout", "2026-01-02T03:04:01.000000005Z"],
    ["stderr", "2026-01-02T03:04:02.000000005Z"],
  ]);
  expect(await texts(log, { ...both, stderr: false })).toEqual(["out\n"]);
});

test("the last lines are found without counting the parts of a long line", async () => {
  const log = logWith(line(1, "a") + line(2, "long", "stdout", "P") + line(2, "-line") + line(3, "c"));
  expect(await texts(log, { ...both, tail: 2 })).toEqual(["long", "-line\n", "c\n"]);
  expect(await texts(log, { ...both, tail: 0 })).toEqual([]);
  expect((await texts(log, { ...both, tail: 99 })).length).toBe(4);
});

test("the tail of a log that spans many blocks is exact", async () => {
  const log = logWith(Array.from({ length: 5000 }, (_, n) => line(1, `line ${n}`)).join(""));
  expect(await texts(log, { ...both, tail: 3 })).toEqual(["line 4997\n", "line 4998\n", "line 4999\n"]);
});

test("since and until cut by time", async () => {
  const log = logWith(line(1, "a") + line(2, "b") + line(3, "c"));
  const at = (second: number) => BigInt(Date.UTC(2026, 0, 2, 3, 4, second)) * 1_000_000n;
  expect(await texts(log, { ...both, since: at(2) })).toEqual(["b\n", "c\n"]);
  expect(await texts(log, { ...both, until: at(3) })).toEqual(["a\n", "b\n"]);
});

test("a line that a crash has cut is left out", async () => {
  expect(await texts(logWith(`${line(1, "a")}2026-01-02T03:`), both)).toEqual(["a\n"]);
});

test("rotated files come first, and the tail reaches into them", async () => {
  const log = logWith(line(3, "c"));
  writeFileSync(`${log}.1`, line(2, "b"));
  writeFileSync(`${log}.2`, line(1, "a"));
  expect(await texts(log, both)).toEqual(["a\n", "b\n", "c\n"]);
  expect(await texts(log, { ...both, tail: 2 })).toEqual(["b\n", "c\n"]);
});

test("following gives new lines, goes on over a rotation and ends with the container", async () => {
  const log = logWith(line(1, "a"));
  const ended = new AbortController();
  const found: string[] = [];
  for await (const { data } of readLogs(log, both, { ended: ended.signal })) {
    found.push(Buffer.from(data).toString());
    if (found.length === 1) setTimeout(() => appendFileSync(log, line(2, "b")), 5);
    if (found.length === 2) {
      writeFileSync(`${log}.tmp`, line(3, "c"));
      renameSync(log, `${log}.1`);
      renameSync(`${log}.tmp`, log);
    }
    if (found.length === 3) setTimeout(() => ended.abort(), 5);
  }
  expect(found).toEqual(["a\n", "b\n", "c\n"]);
});
