import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errnoOf } from "../base/index.ts";
import * as host from "./index.ts";

const base = mkdtempSync(join(tmpdir(), "strake-host-"));
const dir = host.openAt(host.AT_FDCWD, base, host.O_DIRECTORY);

afterAll(() => {
  host.closeFd(dir);
  rmSync(base, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function newFile(name: string | Uint8Array, content = ""): number {
  const fd = host.openAt(dir, name, host.O_RDWR | host.O_CREAT | host.O_EXCL, 0o640);
  host.writeAllFd(fd, bytes(content));
  return fd;
}

test("a failed call says what failed in Go's words and carries the errno name", () => {
  let error: unknown;
  try {
    host.openAt(dir, "missing", host.O_RDONLY);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ kind: "internal", message: "open missing: no such file or directory" });
  expect(errnoOf(error)).toBe("ENOENT");
});

test("names that are not UTF-8 are created and listed byte for byte", () => {
  const name = new Uint8Array([0x61, 0xff, 0xfe]);
  host.closeFd(newFile(name));
  const fd = host.openAt(host.AT_FDCWD, base, host.O_DIRECTORY);
  const found = host.readDir(fd).filter((entry) => entry.name[1] === 0xff);
  host.closeFd(fd);
  expect(found).toEqual([{ name, type: "file" }]);
});

test("names with a NUL and names that are too long are refused", () => {
  expect(() => host.statAt(dir, "a\0b")).toThrow("invalid argument");
  expect(() => host.statAt(dir, "x".repeat(5000))).toThrow("name too long");
});

test("a folder with thousands of entries is listed whole", () => {
  host.mkdirAt(dir, "many", 0o755);
  const many = host.openAt(dir, "many", host.O_DIRECTORY);
  for (let i = 0; i < 3000; i++) host.mknodAt(many, `entry-with-a-name-${i}`, host.S_IFREG | 0o600);
  expect(new Set(host.readDir(many).map(({ name }) => Buffer.from(name).toString())).size).toBe(3000);
  host.closeFd(many);
});

test("owner, mode, times and device numbers read back as they were set", () => {
  const fd = newFile("facts", "hello");
  host.fchmod(fd, 0o4751);
  host.fchown(fd, 4294967294, 65537);
  host.fchmod(fd, 0o4751);
  host.utimensAt(fd, "", { mtimeNs: -1_500_000_000n }, host.AT_EMPTY_PATH);
  host.closeFd(fd);
  expect(host.statAt(dir, "facts")).toMatchObject({
    mode: host.S_IFREG | 0o4751,
    uid: 4294967294,
    gid: 65537,
    size: 5,
    mtimeSec: -2,
    mtimeNsec: 500_000_000,
    nlink: 1,
  });
  host.mknodAt(dir, "device", host.S_IFCHR | 0o600, host.makedev(300, 70000));
  expect(host.statAt(dir, "device")).toMatchObject({ rdevMajor: 300, rdevMinor: 70000 });
});

test("device numbers of any size split into what they were made of", () => {
  for (const [major, minor] of [
    [0, 0],
    [8, 1],
    [4095, 255],
    [4096, 256],
    [300, 1048575],
  ] as const) {
    const dev = host.makedev(major, minor);
    expect([host.majorOf(dev), host.minorOf(dev)]).toEqual([major, minor]);
  }
  expect(host.makedev(8, 1)).toBe(0x801);
});

test("symbolic links are read and never followed unless asked", () => {
  host.symlinkAt("/etc/passwd", dir, "link");
  expect(Buffer.from(host.readlinkAt(dir, "link")).toString()).toBe("/etc/passwd");
  expect(host.statAt(dir, "link").mode & host.S_IFMT).toBe(host.S_IFLNK);
  expect(host.statAt(dir, "link", 0).mode & host.S_IFMT).toBe(host.S_IFREG);
  expect(() => host.openAt(dir, "link", host.O_NOFOLLOW)).toThrow("symbolic links");
});

test("hard links share an inode, renames move it, and unlinking ends the name", () => {
  host.closeFd(newFile("one"));
  host.linkAt(dir, "one", dir, "two");
  expect(host.statAt(dir, "one").ino).toBe(host.statAt(dir, "two").ino);
  host.renameAt2(dir, "two", dir, "three", host.RENAME_NOREPLACE);
  expect(() => host.renameAt2(dir, "three", dir, "one", host.RENAME_NOREPLACE)).toThrow("exists");
  host.unlinkAt(dir, "three");
  expect(host.statAtIfExists(dir, "three")).toBeUndefined();
  expect(host.statAtIfExists(dir, "one/below")).toBeUndefined();
});

test("data and holes of a sparse file are found, and ranges are copied", () => {
  const fd = newFile("sparse");
  host.ftruncate(fd, 1 << 20);
  host.lseek(fd, 512 << 10, host.SEEK_SET);
  host.writeAllFd(fd, bytes("data"));
  expect(host.lseek(fd, 0, host.SEEK_DATA)).toBe(512 << 10);
  expect(() => host.lseek(fd, 1 << 20, host.SEEK_DATA)).toThrow("lseek");
  const copy = newFile("copy");
  host.lseek(fd, 512 << 10, host.SEEK_SET);
  expect(host.copyFileRange(fd, copy, 4)).toBe(4);
  const buffer = new Uint8Array(8);
  expect(host.preadFd(copy, buffer, 0)).toBe(4);
  expect(Buffer.from(buffer.subarray(0, 4)).toString()).toBe("data");
  host.closeFd(fd);
  host.closeFd(copy);
});

test("extended attributes are set, listed, read and removed, on files and on links themselves", () => {
  const fd = newFile("attributed");
  expect(host.listXattr(fd)).toEqual([]);
  host.setXattr(fd, "user.key", new Uint8Array([1, 0, 255]));
  host.setXattr(fd, "user.empty", new Uint8Array(0));
  expect(host.listXattr(fd).sort()).toEqual(["user.empty", "user.key"]);
  expect(host.getXattr(fd, "user.key")).toEqual(new Uint8Array([1, 0, 255]));
  expect(host.getXattr(fd, "user.empty")).toEqual(new Uint8Array(0));
  expect(host.getXattr(fd, "user.none")).toBeUndefined();
  host.removeXattr(fd, "user.key");
  host.removeXattr(fd, "user.key");
  expect(host.listXattr(fd)).toEqual(["user.empty"]);
  host.symlinkAt("attributed", dir, "to-attributed");
  const link = join(base, "to-attributed");
  host.setXattr(link, "trusted.mark", bytes("x"));
  expect([host.listXattr(link), host.listXattr(link, { follow: true })]).toEqual([
    ["trusted.mark"],
    ["user.empty"],
  ]);
  host.closeFd(fd);
});

test("a path that climbs or links out of its root stays inside", () => {
  host.mkdirAt(dir, "jail", 0o755);
  writeFileSync(join(base, "jail", "passwd"), "inside");
  host.symlinkAt("/passwd", dir, "jail/absolute");
  const jail = host.openAt(dir, "jail", host.O_DIRECTORY);
  for (const path of ["absolute", "../../passwd", "/passwd"]) {
    const fd = host.openIn(jail, path, host.O_RDONLY);
    const buffer = new Uint8Array(16);
    expect(Buffer.from(buffer.subarray(0, host.readFd(fd, buffer))).toString()).toBe("inside");
    host.closeFd(fd);
  }
  host.closeFd(jail);
});

test("folders in a folder are spread over the disk where the file system knows how", () => {
  const type = Bun.spawnSync(["stat", "-f", "-c", "%T", base]).stdout.toString();
  const known = host.spreadFolders(base);
  expect(host.spreadFolders(base)).toBe(known);
  if (type.startsWith("ext")) expect(known).toBe(true);
});
