import { expect, test } from "bun:test";
import { createDetachFilter, parseDetachKeys } from "./detach-keys.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function feed(keys: string, ...pieces: string[]): string[] {
  const filter = createDetachFilter(parseDetachKeys(keys));
  return pieces.map((piece) => {
    const { data, detached } = filter(bytes(piece));
    return `${new TextDecoder().decode(data)}${detached ? "!" : ""}`;
  });
}

test("keys are letters or control keys", () => {
  expect([...parseDetachKeys("ctrl-p,ctrl-q")]).toEqual([16, 17]);
  expect([...parseDetachKeys("a,ctrl-@,ctrl-[,ctrl-_")]).toEqual([97, 0, 27, 31]);
  for (const bad of ["foo", "ctrl-A", "", "a,,b", "é"]) {
    expect(() => parseDetachKeys(bad)).toThrow(`Invalid detach keys (${bad}) provided`);
  }
});

test("the sequence is found even when it comes in pieces, and is not passed on", () => {
  expect(feed("ctrl-p,ctrl-q", "ab\x10\x11cd")).toEqual(["ab!"]);
  expect(feed("ctrl-p,ctrl-q", "a\x10", "\x11")).toEqual(["a", "!"]);
  expect(feed("x", "abx")).toEqual(["ab!"]);
});

test("a beginning that goes on otherwise reaches the process", () => {
  expect(feed("ctrl-p,ctrl-q", "\x10", "a")).toEqual(["", "\x10a"]);
  expect(feed("ctrl-p,ctrl-q", "\x10\x10\x11")).toEqual(["\x10!"]);
});
