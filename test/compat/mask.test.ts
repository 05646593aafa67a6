import { expect, test } from "bun:test";
import { maskTranscript } from "./mask.ts";

const A = "ab12".repeat(16);
const B = "cd34".repeat(16);

test("an ID has one number in its long and its short form", () => {
  expect(maskTranscript(`${B.slice(0, 12)} ${A} sha256:${B}`, [])).toBe("<short id 1> <id 2> sha256:<id 1>");
});

test("times, ages and addresses are hidden, the time that stands for never is not", () => {
  expect(maskTranscript("2024-01-02T03:04:05.6Z 0001-01-01T00:00:00Z 172.17.0.2 02:42:ac:11:00:02", [])).toBe(
    "<time> 0001-01-01T00:00:00Z <ip> <mac>",
  );
  expect(maskTranscript("x   2 hours ago   Up 5 minutes (healthy)   y", [])).toBe(
    "x  <ago>  Up <time> (healthy)  y",
  );
});

test("small sizes stay, for they must agree", () => {
  expect(maskTranscript("5B 1.98MB", [])).toBe("5B <size>");
});

test("folders of the machine are hidden", () => {
  expect(maskTranscript("/tmp/x/y", [{ from: "/tmp/x", to: "<dir>" }])).toBe("<dir>/y");
});
