import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeRunFolder } from "./remove-run-folder.ts";

const base = mkdtempSync(join(tmpdir(), "strake-run-folder-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test("a folder goes although another process removes files from it at the same time", async () => {
  for (let round = 0; round < 10; round++) {
    const folder = join(base, `${round}`);
    mkdirSync(folder);
    for (let n = 0; n < 300; n++) writeFileSync(join(folder, `${n}`), "");
    const other = Bun.spawn(["sh", "-c", "echo up; ls -r | xargs rm -f"], { cwd: folder, stdout: "pipe" });
    await other.stdout.getReader().read();
    removeRunFolder(folder);
    expect(existsSync(folder)).toBe(false);
    await other.exited;
  }
}, 30_000);

test("a folder that is not there is no error", () => {
  removeRunFolder(join(base, "none"));
});
