import { expect, test } from "bun:test";
import { healthText, plainList, quotedList } from "./created-by.ts";

test("history lines are written as Docker writes them", () => {
  expect(quotedList(["node", 'a"b'])).toBe('["node" "a\\"b"]');
  expect(plainList(["/bin/bash", "-c"])).toBe("[/bin/bash -c]");
  const second = 1e9;
  expect(healthText({ Test: ["CMD-SHELL", "true"] })).toBe(
    `HEALTHCHECK &{["CMD-SHELL" "true"] "0s" "0s" "0s" "0s" '\\x00'}`,
  );
  expect(healthText({ Test: ["CMD", "x"], Interval: 90 * second, Timeout: 3 * second, Retries: 3 })).toBe(
    `HEALTHCHECK &{["CMD" "x"] "1m30s" "3s" "0s" "0s" '\\x03'}`,
  );
});
