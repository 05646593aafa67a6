import { afterAll, afterEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MS_BIND } from "./constants.ts";
import { mount, unmount } from "./mount.ts";
import { isMountPoint, listMounts, parseMountInfo } from "./mount-info.ts";
import { mountOverlay, mountOverlayByData } from "./overlay-mount.ts";

const base = mkdtempSync(join(tmpdir(), "strake-mounts-"));
const target = join(base, "a target");
mkdirSync(target);

afterEach(() => {
  while (unmount(target, { detach: true }));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let made = 0;

function newFolder(name = `folder-${made++}`): string {
  const path = join(base, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function layers(count: number, prefix = ""): string[] {
  return Array.from({ length: count }, (_, index) => {
    const path = newFolder(`${prefix}layers-with-quite-a-long-name-${made++}/fs`);
    writeFileSync(join(path, `of-${index}`), "");
    writeFileSync(join(path, "same"), String(index));
    return path;
  });
}

for (const [how, mountIt] of [
  ["fsopen", mountOverlay],
  ["mount", mountOverlayByData],
] as const) {
  test(`the top one of 500 layers wins and changes go to the upper folder (${how})`, () => {
    const upper = newFolder();
    const cwd = process.cwd();
    mountIt(target, { lower: layers(500), upper, work: newFolder(), options: ["index=off"] });
    expect(readFileSync(join(target, "same"), "utf8")).toBe("0");
    expect(existsSync(join(target, "of-499"))).toBe(true);
    writeFileSync(join(target, "new"), "x");
    expect(readFileSync(join(upper, "new"), "utf8")).toBe("x");
    expect(process.cwd()).toBe(cwd);
  });

  test(`paths with colons, commas, backslashes and great length are taken as they are (${how})`, () => {
    const strange = `odd:na,me\\${"x".repeat(200)}/${"y".repeat(200)}/`;
    const upper = newFolder(`${strange}upper`);
    mountIt(target, { lower: layers(2, strange), upper, work: newFolder(`${strange}work`) });
    writeFileSync(join(target, "new"), "x");
    expect([readFileSync(join(target, "same"), "utf8"), existsSync(join(upper, "new"))]).toEqual(["0", true]);
  });
}

test("without an upper folder nothing can be written, with one layer or several", () => {
  for (const count of [1, 3]) {
    mountOverlay(target, { lower: layers(count) });
    expect(() => writeFileSync(join(target, "new"), "x")).toThrow("EROFS");
    unmount(target);
  }
});

test("more than 500 layers are refused in Docker's words", () => {
  expect(() => mountOverlay(target, { lower: Array.from({ length: 501 }, () => base) })).toThrow(
    "max depth exceeded",
  );
});

test("a failed overlay says what the kernel says", () => {
  const wrong = { lower: layers(2), upper: newFolder(), work: newFolder(), options: ["bogus=1"] };
  expect(() => mountOverlay(target, wrong)).toThrow(/Unknown parameter 'bogus'/);
  expect(() => mountOverlay(target, { lower: [join(base, "none"), base] })).toThrow(/no such file/);
});

test("mounts are seen, listed and taken away; a second unmount does nothing", () => {
  expect(isMountPoint(target)).toBe(false);
  mount(newFolder(), target, undefined, MS_BIND);
  expect(isMountPoint(target)).toBe(true);
  expect(listMounts(base).map((info) => info.target)).toEqual([target]);
  expect([unmount(target), unmount(target), unmount(join(base, "none"))]).toEqual([true, false, false]);
});

test("a mountinfo line with optional fields and octal escapes is understood", () => {
  const line =
    "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n";
  expect(parseMountInfo(line)).toEqual([
    {
      id: 36,
      parentId: 35,
      major: 98,
      minor: 0,
      root: "/mnt1",
      target: "/mnt 2",
      options: ["rw", "noatime"],
      propagation: ["master:1", "shared:2"],
      type: "ext3",
      source: "/dev/root",
      superOptions: ["rw", "errors=continue"],
    },
  ]);
});
