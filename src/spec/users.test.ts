import { describe, expect, test } from "bun:test";
import { type ResolvedUser, resolveUser } from "./users.ts";

const files = {
  passwd: "root:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n",
  group: "root:x:0:\nbob:x:1000:\naudio:x:29:bob\nvideo:x:44:bob\n",
};

function user(uid: number, additionalGids: number[], home: string): ResolvedUser {
  return { uid, gid: additionalGids[0] ?? 0, additionalGids, home };
}

describe("a user text resolves as in Docker", () => {
  const cases: [string, string[], ResolvedUser][] = [
    ["", [], user(0, [0], "/root")],
    ["bob", [], user(1000, [1000, 29, 44], "/home/bob")],
    ["1000", [], user(1000, [1000, 29, 44], "/home/bob")],
    ["bob:audio", [], user(1000, [29], "/home/bob")],
    ["5", [], user(5, [0], "/")],
    ["5:6", [], user(5, [6], "/")],
    ["5:bob", [], user(5, [1000], "/")],
    [":29", [], user(0, [29], "/root")],
    ["bob", ["audio", "77"], user(1000, [1000, 29, 44, 77], "/home/bob")],
  ];
  test.each(cases)("%j with groups %j", (text, groups, expected) => {
    expect(resolveUser(text, files, groups)).toEqual(expected);
  });
});

describe("a user text that cannot be resolved", () => {
  const cases: [string, string[], string][] = [
    ["nope", [], "unable to find user nope: no matching entries in passwd file"],
    ["root:nope", [], "unable to find group nope: no matching entries in group file"],
    ["4294967296", [], "uids and gids must be in range 0-2147483647"],
    ["-1", [], "uids and gids must be in range 0-2147483647"],
    ["", ["nope"], "unable to find group nope: no matching entries in group file"],
    ["", ["99999999999"], "uids and gids must be in range 0-2147483647"],
  ];
  test.each(cases)("%j with groups %j is refused", (text, groups, message) => {
    expect(() => resolveUser(text, files, groups)).toThrow(message);
  });
});

test("an image without user files runs numbers only", () => {
  const none = { passwd: "", group: "" };
  expect(resolveUser("", none)).toEqual(user(0, [0], "/"));
  expect(() => resolveUser("root", none)).toThrow("unable to find user root");
});
