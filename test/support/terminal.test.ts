import { expect, test } from "bun:test";
import { inTerminal } from "./terminal.ts";

test("a program gets a terminal of the size asked for, reads keys and hands back its exit code", async () => {
  await using session = inTerminal(["sh", "-c", "stty size; read line; echo got $line; exit 3"], {
    columns: 100,
    rows: 30,
  });
  await session.waitFor("30 100");
  session.send("keys\r");
  expect(await session.exited).toBe(3);
  expect(session.output()).toContain("got keys");
});

test("waiting for a text that never comes fails with what came", async () => {
  await using session = inTerminal(["sh", "-c", "echo other; sleep 10"]);
  await session.waitFor("other");
  await expect(session.waitFor("never", 50)).rejects.toThrow("other");
});

test("waiting on a program that has ended fails at once", async () => {
  await using session = inTerminal(["true"]);
  await expect(session.waitFor("never")).rejects.toThrow("ended with 0");
});
