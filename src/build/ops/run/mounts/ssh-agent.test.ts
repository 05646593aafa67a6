import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSync } from "../../../../host/index.ts";
import { startAgent } from "./ssh-agent.ts";

const folder = mkdtempSync(join(tmpdir(), "strake-agent-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeKey(name: string, passphrase: string): string {
  const path = join(folder, name);
  const words = ["ssh-keygen", "-q", "-t", "ed25519", "-C", name, "-N", passphrase, "-f", path];
  expect(runSync(words)).toMatchObject({ exitCode: 0 });
  return path;
}

test("an agent holds the keys that it was given until it is stopped", async () => {
  const socket = join(folder, "agent");
  const env = { PATH: process.env.PATH ?? "", SSH_AUTH_SOCK: socket };
  const agent = await startAgent(socket, [makeKey("first", ""), makeKey("second", "")]);
  expect(runSync(["ssh-add", "-l"], { env }).stdout).toMatch(/ first .*\n.* second /);
  await agent.stop();
  expect(runSync(["ssh-add", "-l"], { env }).exitCode).toBe(2);
});

test("a key with a passphrase is refused, and no agent is left", async () => {
  const socket = join(folder, "agent2");
  const key = makeKey("locked", "secret");
  await expect(startAgent(socket, [key])).rejects.toMatchObject({
    kind: "invalidArgument",
    message: expect.stringContaining(`failed to add ssh key ${key}`),
  });
  const env = { PATH: process.env.PATH ?? "", SSH_AUTH_SOCK: socket };
  expect(runSync(["ssh-add", "-l"], { env }).exitCode).toBe(2);
});
