import { expect, test } from "bun:test";
import { diffListings } from "./diff-listings.ts";
import type { FileNode } from "./file-node.ts";
import { formatListing } from "./listing.ts";

function node(path: string, overrides: Partial<FileNode> = {}): FileNode {
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    kind: "file",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 1,
    mtime: 1,
    xattrs: [],
    link: "",
    device: [0, 0],
    inode: undefined,
    digest: "aa",
    children: [],
    folder: "/",
    state: "",
    ...overrides,
  };
}

function listing(...children: FileNode[]): string {
  const folder = node("d", { kind: "directory", children });
  return formatListing([{ shown: "d", name: "d", node: folder }]);
}

test("a listing has a sorted line for each object, without times", () => {
  const text = listing(
    node("d/b", { mtime: 5 }),
    node("d/a", { kind: "symlink", link: "x\ty", mode: 0o777 }),
    node("d/c", { kind: "character", device: [1, 3] }),
  );
  expect(text.split("\n")).toEqual([
    "d\tdirectory",
    "d/a\tsymlink\t0777\t0:0\t\tx\\x09y",
    "d/b\tfile\t0644\t0:0\t\taa",
    "d/c\tcharacter\t0644\t0:0\t\t1:3",
  ]);
});

test("each attribute that counts changes the listing, and is named in the difference", () => {
  const before = listing(node("d/f"));
  const differences = (overrides: Partial<FileNode>) => diffListings(before, listing(node("d/f", overrides)));
  expect(differences({ mtime: 99, size: 5, inode: "1" })).toEqual([]);
  expect(differences({ digest: "bb" })).toEqual(["d/f: content changed"]);
  expect(differences({ mode: 0o755, uid: 3 })).toEqual(["d/f: mode 0644 -> 0755, owner 0:0 -> 3:0"]);
  expect(differences({ xattrs: [["user.x", "AA=="]] })).toEqual(["d/f: extended attributes changed"]);
  expect(differences({ kind: "fifo", digest: "" })).toEqual(["d/f: was a file, is a fifo"]);
});

test("names are shown as text", () => {
  const name = Buffer.from("d/é\n").toString("latin1");
  expect(diffListings(listing(), listing(node(name)))).toEqual(["d/é\n: added"]);
});
