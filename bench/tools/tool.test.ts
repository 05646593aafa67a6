import { expect, test } from "bun:test";
import { pathWithin, splitWrapper } from "./tool.ts";

test("the words before a tool's name are its wrapper, those behind it are its options", () => {
  expect(splitWrapper(["/opt/enter", "podman"], "podman")).toEqual(["/opt/enter"]);
  expect(splitWrapper(["sudo", "-n", "/usr/bin/podman", "--root", "/x"], "podman")).toEqual(["sudo", "-n"]);
  expect(splitWrapper(["docker", "-H", "unix:///x"], "docker")).toEqual([]);
  expect(splitWrapper(["my-docker-build"], "docker")).toEqual([]);
});

test("a path is given to a tool as it stands in the tool's own root", () => {
  expect(pathWithin("/peers/root/tmp/a", "/peers/root")).toBe("/tmp/a");
  expect(pathWithin("/tmp/a", undefined)).toBe("/tmp/a");
  expect(() => pathWithin("/tmp/a", "/peers/root")).toThrow("set BENCH_TMP");
});
