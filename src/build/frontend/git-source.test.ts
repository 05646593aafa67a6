import { expect, test } from "bun:test";
import { isGitSource, parseGitSource } from "./git-source.ts";

test("repositories are told from files of the web and of the context", () => {
  const sources = [
    "https://host/x.git",
    "http://host/x.git#v1:sub",
    "https://host/x.git?ref=v1",
    "git@host:x.git",
    "ssh://git@host/x",
    "git://host/x",
  ];
  expect(sources.map(isGitSource)).toEqual(sources.map(() => true));
  const others = ["https://host/x.tar.gz", "https://host/x.git.tar", "dir/x.git", "a@b", "./git@host/x"];
  expect(others.map(isGitSource)).toEqual(others.map(() => false));
});

test("fragment and query say what is checked out", () => {
  expect(parseGitSource("https://host/x.git#v1:sub/dir")).toMatchObject({
    remote: "https://host/x.git",
    ref: "v1",
    subdir: "sub/dir",
    submodules: true,
    keepGitDir: false,
  });
  expect(parseGitSource("https://host/x.git?branch=dev&subdir=a&keep-git-dir=1&submodules=0")).toMatchObject({
    remote: "https://host/x.git",
    ref: "dev",
    subdir: "a",
    keepGitDir: true,
    submodules: false,
  });
  expect(parseGitSource("https://host/x.git?commit=abc123")).toMatchObject({
    ref: "abc123",
    checksum: "abc123",
  });
  expect(() => parseGitSource("https://host/x.git?rev=1")).toThrow('unexpected query "rev" in git source');
});
