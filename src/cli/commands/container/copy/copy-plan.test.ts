import { expect, test } from "bun:test";
import { planCopy, splitEnding, splitOperand } from "./copy-plan.ts";

const FILE = { name: "f", isFolder: false, contents: false };
const FOLDER = { name: "d", isFolder: true, contents: false };
const CONTENTS = { ...FOLDER, contents: true };

test.each([
  ["a file into a folder", FILE, { path: "/x", kind: "folder" }, "/x + f"],
  ["a file over a file", FILE, { path: "/x/g", kind: "other" }, "/x + g"],
  ["a file to a new name", FILE, { path: "/x/g", kind: "missing" }, "/x + g"],
  ["a folder into a folder", FOLDER, { path: "/x", kind: "folder" }, "/x + d"],
  ["a folder to a new name", FOLDER, { path: "/x/e/", kind: "missing" }, "/x + e"],
  ["contents into a folder", CONTENTS, { path: "/x", kind: "folder" }, "/x + ."],
  ["contents to a new name", CONTENTS, { path: "/x/e", kind: "missing" }, "/x + e"],
] as const)("%s", (_, source, target, plan) => {
  const { folder, name } = planCopy(source, target);
  expect(`${folder} + ${name}`).toBe(plan);
});

test("what cannot be is refused with Docker's texts", () => {
  expect(() => planCopy(FOLDER, { path: "/x", kind: "other" })).toThrow("cannot copy directory");
  expect(() => planCopy(FILE, { path: "/x/", kind: "missing" })).toThrow("no such directory");
  expect(() => planCopy(FILE, { path: "/x/", kind: "other" })).toThrow("not a directory");
});

test("the ending of a path says what of it is meant", () => {
  expect(splitEnding("/a/b")).toEqual({ path: "/a/b", contents: false, wantsFolder: false });
  expect(splitEnding("/a/b/")).toEqual({ path: "/a/b", contents: false, wantsFolder: true });
  expect(splitEnding("/a/b/.")).toEqual({ path: "/a/b", contents: true, wantsFolder: true });
  expect(splitEnding("/")).toEqual({ path: "/", contents: true, wantsFolder: true });
});

test("a local path that has a colon begins with a dot or a slash", () => {
  expect(splitOperand("c:/x")).toEqual({ container: "c", path: "/x" });
  expect(splitOperand("./c:x")).toEqual({ container: "", path: "./c:x" });
  expect(splitOperand("/c:x")).toEqual({ container: "", path: "/c:x" });
  expect(splitOperand("-")).toEqual({ container: "", path: "-" });
});
