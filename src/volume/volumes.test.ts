import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openStore } from "../store/index.ts";
import { isEmptyVolume } from "./volume-folder.ts";
import { openVolumes } from "./volumes.ts";

const folder = mkdtempSync(join(tmpdir(), "strake-volume-"));
const store = openStore(join(folder, "root"), join(folder, "run"));
const volumes = openVolumes(store);
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

test("creating a volume twice gives the same one", () => {
  const first = volumes.create({ name: "data", labels: { a: "b" } });
  expect(volumes.create({ name: "data" })).toEqual(first);
  expect(existsSync(first.path)).toBe(true);
  expect(isEmptyVolume(first)).toBe(true);
  writeFileSync(join(first.path, "file"), "");
  expect(isEmptyVolume(first)).toBe(false);
});

test("a volume in use cannot be removed, an unused one leaves nothing behind", () => {
  const volume = volumes.create({ name: "used" });
  volumes.use("used", { container: "c1", named: true });
  expect(() => volumes.remove("used")).toThrow("remove used: volume is in use - [c1]");
  volumes.release("c1", { removeAnonymous: true })();
  volumes.remove("used");
  expect(existsSync(volume.path)).toBe(false);
  expect(() => volumes.get("used")).toThrow("get used: no such volume");
});

test("an anonymous volume goes with its last container", () => {
  const volume = volumes.create({});
  volumes.use(volume.name, { container: "c1", named: false });
  volumes.use(volume.name, { container: "c2", named: false });
  volumes.release("c1", { removeAnonymous: true })();
  expect(volumes.get(volume.name).anonymous).toBe(true);
  volumes.release("c2", { removeAnonymous: true })();
  expect(() => volumes.get(volume.name)).toThrow("no such volume");
});

test("names, drivers and options that are not possible are refused in Docker's words", () => {
  expect(() => volumes.create({ name: "x y" })).toThrow(
    '"x y" includes invalid characters for a local volume name',
  );
  volumes.create({ name: "local" });
  expect(() => volumes.create({ name: "local", driver: "nfs" })).toThrow('plugin "nfs" not found');
  expect(() => volumes.create({ name: "x" })).toThrow("volume name is too short");
  expect(() => volumes.create({ name: "xy", driver: "nfs" })).toThrow('plugin "nfs" not found');
  const withOptions = (options: Record<string, string>) => () => volumes.create({ name: "xy", options });
  expect(withOptions({ size: "1" })).toThrow("create xy: quota size requested but no quota support");
  expect(withOptions({ other: "1" })).toThrow('create xy: invalid option: "other"');
  expect(withOptions({ type: "nfs" })).toThrow('missing required option: "device"');
  expect(withOptions({ type: "nfs", device: "" })).toThrow('missing required option: "device"');
  expect(withOptions({ device: ":/x" })).toThrow('missing required option: "type"');
  expect(volumes.list().map(({ name }) => name)).not.toContain("xy");
});

test("a volume is filled all at once, and only while it is empty", async () => {
  const volume = volumes.create({ name: "filled" });
  volumes.use("filled", { container: "c1", named: true });
  const files = () => readdirSync(volume.path);
  const fill = (name: string) =>
    volumes.fill("filled", async (folder) => {
      writeFileSync(join(folder, name), "");
      expect(files()).toEqual([]);
      if (name === "broken") throw new Error("no space left");
    });
  await expect(fill("broken")).rejects.toThrow("no space left");
  expect(files()).toEqual([]);
  await fill("first");
  expect(files()).toEqual(["first"]);
  await fill("second");
  expect(files()).toEqual(["first"]);
  expect(readdirSync(dirname(dirname(volume.path))).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a volume that a container runs with is filled where it is", async () => {
  const volume = volumes.create({ name: "running" });
  await volumes.mount({ volume: "running", container: "c1", destination: "/v", readOnly: false });
  const { ino } = statSync(volume.path);
  await volumes.fill("running", async (folder) => writeFileSync(join(folder, "file"), ""));
  expect(readdirSync(volume.path)).toEqual(["file"]);
  expect(statSync(volume.path).ino).toBe(ino);
});
