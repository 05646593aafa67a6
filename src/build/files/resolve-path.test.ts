import { expect, test } from "bun:test";
import { cleanPath, resolvePath } from "./resolve-path.ts";

const LINKS: Readonly<Record<string, string>> = {
  abs: "/a/b",
  up: "../../../a",
  "a/rel": "../c/./d",
  loop: "loop",
  chain: "abs/x",
};

function look(path: string) {
  const link = LINKS[path];
  return link === undefined ? undefined : { kind: "symlink", link };
}

test("a path is followed inside of its tree, whatever its links say", () => {
  expect(resolvePath("abs/f", look)).toBe("a/b/f");
  expect(resolvePath("up/f", look)).toBe("a/f");
  expect(resolvePath("a/rel/f", look)).toBe("c/d/f");
  expect(resolvePath("chain", look)).toBe("a/b/x");
  expect(resolvePath("../../x", look)).toBe("x");
  expect(resolvePath("abs/../f", look)).toBe("a/f");
  expect(resolvePath("/", look)).toBe("");
});

test("a link at the end can be kept", () => {
  expect(resolvePath("up/rel", look, { keepLast: true })).toBe("a/rel");
  expect(resolvePath("abs/", look, { keepLast: true })).toBe("abs");
});

test("links that lead to themselves end in an error", () => {
  expect(() => resolvePath("loop/x", look)).toThrow("too many levels of symbolic links");
});

test("a path is cleaned without looking at links", () => {
  expect(cleanPath("/a/./b//../c/")).toBe("a/c");
  expect(cleanPath("../../a")).toBe("a");
  expect(cleanPath(".")).toBe("");
});
