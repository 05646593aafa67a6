import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfigFile } from "./config-file.ts";
import { createMemoryIo } from "./io/memory-io.ts";

const folder = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function ioWith(text: string) {
  writeFileSync(join(folder, "config.json"), text);
  const io = createMemoryIo({});
  io.settings.configFolder = folder;
  return io;
}

test("the keys of the config file are read", () => {
  expect(readConfigFile(ioWith('{"psFormat":"{{.ID}}"}'))).toEqual({ psFormat: "{{.ID}}" });
});

test("a config file that is no JSON is warned of once, and the command goes on without it", () => {
  const io = ioWith("{bad");
  expect([readConfigFile(io), readConfigFile(io)]).toEqual([{}, {}]);
  expect(io.stderrText().match(/WARNING: Error parsing config file/g)).toHaveLength(1);
});
