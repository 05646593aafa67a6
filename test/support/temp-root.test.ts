import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { runProcess } from "./run-process.ts";
import { tempRoot } from "./temp-root.ts";

test("removing a root ends its processes and their children", async () => {
  const root = await tempRoot();
  const monitor = Bun.spawn(["sh", "-c", "sleep 100 & echo $!; read line", `${root.path}/run/monitor`], {
    // It reads until it is killed, whatever becomes of its child.
    stdin: "pipe",
    stdout: "pipe",
  });
  const { value } = await monitor.stdout.getReader().read();
  const child = Number(new TextDecoder().decode(value));
  await root.remove();
  await monitor.exited;
  expect(monitor.signalCode).toBe("SIGKILL");
  expect(existsSync(`/proc/${child}/exe`)).toBe(false);
  expect(existsSync(root.path)).toBe(false);
});

test.skipIf(process.getuid?.() !== 0)("removing a root takes away the mounts in it", async () => {
  await using root = await tempRoot();
  const target = join(root.path, "run", "m");
  await mkdir(target);
  expect(await runProcess(["mount", "-t", "tmpfs", "none", target])).toMatchObject({ exitCode: 0 });
  await root.remove();
  expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(root.path);
  expect(existsSync(root.path)).toBe(false);
});
