import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureMemory } from "./measure-memory.ts";
import { listTree } from "./process-tree.ts";
import { runCommand } from "./run-command.ts";

const MB = 1024 * 1024;

test("a command is timed until its end, and its output is kept", async () => {
  const ended = await runCommand({ argv: ["sh", "-c", "sleep 0.1; echo $WORD"], env: { WORD: "done" } });
  expect(ended.stdout).toBe("done\n");
  expect(ended.milliseconds).toBeGreaterThan(95);
});

test("a command that fails is an error with its last words", async () => {
  const failing = runCommand({ argv: ["sh", "-c", "echo first >&2; echo no such image >&2; exit 3"] });
  await expect(failing).rejects.toThrow("no such image (3 from: sh -c");
});

test("a background process that holds the output open does not hold up the measurement", async () => {
  const ended = await runCommand({ argv: ["sh", "-c", "sleep 3 & echo started"] });
  expect(ended.stdout).toBe("started\n");
  expect(ended.milliseconds).toBeLessThan(2000);
});

test("giving up lets the command at hand end, and starts no other", async () => {
  const abort = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), "bench-abort-"));
  const running = runCommand(
    { argv: ["sh", "-c", `sleep 0.2; echo whole >${folder}/a`] },
    { signal: abort.signal },
  );
  abort.abort(new Error("given up"));
  await expect(running).rejects.toThrow("given up");
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("whole\n");
  await expect(runCommand({ argv: ["touch", `${folder}/b`] }, { signal: abort.signal })).rejects.toThrow(
    "given up",
  );
  expect(readdirSync(folder)).toEqual(["a"]);
  rmSync(folder, { recursive: true });
});

test.skipIf(Bun.which("time") === null)(
  "a small program is not charged with the memory of the bench",
  async () => {
    const { command, daemon } = await measureMemory({ argv: ["true"] }, [], {});
    expect(command).toBeGreaterThan(0);
    expect(command).toBeLessThan(10 * MB);
    expect(daemon).toBeUndefined();
  },
);

test("the memory of a command's children counts, added up", async () => {
  const hold = "(head -c 30000000 /dev/zero; sleep 0.4) | tail -c 30000000 >/dev/null";
  const { command } = await measureMemory({ argv: ["sh", "-c", `${hold} & ${hold} & wait`] }, [], {});
  expect(command).toBeGreaterThan(50 * MB);
});

test("a process's tree starts with itself", () => {
  expect(listTree(process.pid)[0]).toBe(process.pid);
});
