import { expect, test } from "bun:test";
import { COMMANDS } from "../../src/cli/command-table.ts";
import { renewPage } from "./compatibility.ts";
import { NOTES } from "./notes.ts";

const page = await Bun.file(new URL("../../docs/compatibility.md", import.meta.url)).text();

test("the compatibility page says what the flag tables say (npm run compatibility writes it anew)", async () => {
  expect(await renewPage(page)).toBe(page);
});

test("every note is about a flag that is there", async () => {
  for (const { path, load } of COMMANDS) {
    const { flags } = await load();
    for (const name of Object.keys(NOTES[path] ?? {})) expect(Object.keys(flags)).toContain(name);
  }
});
