import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  listCacheMounts,
  removeCacheMount,
  repairCacheMounts,
} from "../../src/build/cache-mounts/list-cache-mounts.ts";
import { openCacheMount } from "../../src/build/cache-mounts/open-cache-mount.ts";
import type { CacheMount } from "../../src/build/graph/definition.ts";
import { runKey } from "../../src/build/ops/run/key.ts";
import { runDefinition, type StepRoot, stepRoot } from "../support/build-step.ts";

setDefaultTimeout(20_000);

let root: StepRoot;

beforeAll(async () => {
  root = await stepRoot();
});

afterAll(async () => {
  const { store } = root.context();
  for (const { id } of listCacheMounts(store)) expect(await removeCacheMount(store, id)).toBe(true);
  expect(readdirSync(join(store.root, "cache-mounts"))).toEqual([]);
  await root.endBuild();
  const left = root.engine.leftovers();
  await root[Symbol.asyncDispose]();
  expect(left).toEqual([]);
});

const cache = (id: string, other: Partial<CacheMount> = {}): CacheMount => ({
  type: "cache",
  id,
  target: "/c",
  readOnly: false,
  sharing: "shared",
  from: undefined,
  source: "/",
  mode: 0o755,
  uid: 0,
  gid: 0,
  ...other,
});

test("a cache keeps what steps put into it, and no layer or key has any of it", async () => {
  const mounts = [cache("keeps", { target: "/var/cache/x" })];
  const { result } = await root.run("echo 1 > /var/cache/x/f", { mounts });
  expect(await root.layerPaths(result)).toEqual(["var/"]);
  expect((await root.run("cat /var/cache/x/f", { mounts })).output).toBe("1\n");
  const definition = runDefinition(root.base, "true", { mounts });
  const before = await runKey(definition, root.context());
  await root.run("echo 2 > /var/cache/x/f", { mounts });
  expect(await runKey(definition, root.context())).toEqual(before);
});

test("a new cache has the mode and owner asked for; a read-only one cannot be written", async () => {
  const mounts = [cache("attributes", { mode: 0o2770, uid: 5, gid: 6 })];
  expect((await root.run('stat -c "%a %u:%g" /c', { mounts })).output).toBe("2770 5:6\n");
  const readOnly = [cache("attributes", { mode: 0o2770, uid: 5, gid: 6, readOnly: true })];
  expect((await root.run("touch /c/x 2>&1 || true", { mounts: readOnly })).output).toContain(
    "Read-only file system",
  );
});

test("a cache begins with the content that it is given, and that stays as it is", async () => {
  const from = root.add((await root.run("mkdir /seed; echo seed > /seed/f; chown 7:8 /seed/f")).result);
  const mounts = [cache("seeded", { from, source: "/seed" })];
  const script = 'cat /c/f; stat -c "%u:%g" /c/f; echo changed > /c/f';
  expect((await root.run(script, { mounts })).output).toBe("seed\n7:8\n");
  expect((await root.run("cat /c/f", { mounts })).output).toBe("changed\n");
  expect((await root.run("cat /seed/f", { base: from })).output).toBe("seed\n");
  const missing = [cache("unseeded", { from, source: "/nope" })];
  await expect(root.run("true", { mounts: missing })).rejects.toThrow(
    "did not complete successfully: open /nope: no such file or directory",
  );
});

test("steps share a cache at the same time, wait for a locked one, and get private ones of their own", async () => {
  const { store } = root.context();
  const open = (key: string, sharing: CacheMount["sharing"], signal = new AbortController().signal) =>
    openCacheMount(store, { key, sharing, description: key, fill: () => {}, signal });
  const [first, second] = [await open("k", "shared"), await open("k", "shared")];
  expect(second.files).toBe(first.files);
  await expect(open("k", "locked", AbortSignal.timeout(50))).rejects.toMatchObject({ kind: "cancelled" });
  first.release();
  second.release();
  const locked = await open("k", "locked");
  expect(locked.files).toBe(first.files);
  const waiting = open("k", "locked");
  const privates = [await open("k", "private"), await open("k", "private")];
  expect(new Set([locked, ...privates].map(({ files }) => files)).size).toBe(3);
  for (const each of privates) each.release();
  const again = await open("k", "private");
  expect(privates.map(({ files }) => files)).toContain(again.files);
  locked.release();
  expect((await waiting).files).toBe(first.files);
  (await waiting).release();
  again.release();
});

test("who waits for a locked cache is told", async () => {
  const { store } = root.context();
  const told = Promise.withResolvers<void>();
  const request = { key: "told", sharing: "locked", description: "told", fill: () => {} } as const;
  const { signal } = new AbortController();
  const first = await openCacheMount(store, {
    ...request,
    signal,
    onWait: () => told.reject("nobody holds it"),
  });
  const second = openCacheMount(store, { ...request, signal, onWait: told.resolve });
  await told.promise;
  first.release();
  (await second).release();
});

test("two steps that want a locked cache run one after the other", async () => {
  const mounts = [cache("turns", { sharing: "locked" })];
  const script = "set -e; mkdir /c/here; usleep 100000; rmdir /c/here";
  await Promise.all([1, 2, 3].map(() => root.run(script, { mounts })));
});

test("caches are listed with their use, and only one that is not in use can be removed", async () => {
  const { store } = root.context();
  const mounts = [cache("listed", { target: "/l" })];
  let seen: ReturnType<typeof listCacheMounts> = [];
  const find = () => listCacheMounts(store).find(({ description }) => description.includes('"listed"'));
  const onOutput = (): void => {
    seen = listCacheMounts(store);
  };
  await root.run("echo 12345 > /l/f; echo ready; sleep 0.1", { mounts }, { onOutput });
  const used = seen.find(({ description }) => description.includes('"listed"'));
  expect(used).toMatchObject({ reclaimable: false, mutable: true, type: "exec.cachemount", usageCount: 1 });
  const idle = find();
  expect(idle).toMatchObject({ reclaimable: true, size: 6 });
  expect(idle?.description).toStartWith("cached mount /l from exec /bin/sh -c echo 12345");
  expect(await removeCacheMount(store, idle?.id ?? "")).toBe(true);
  expect(find()).toBeUndefined();
  expect(existsSync(join(store.root, "cache-mounts", idle?.id ?? ""))).toBe(false);
  expect(await removeCacheMount(store, idle?.id ?? "")).toBe(false);
});

test("a cache with folders deeper than a layer may have is listed and removed", async () => {
  const { store } = root.context();
  const mounts = [cache("deep", { target: "/deep" })];
  const script = "cd /deep; i=0; while [ $i -lt 1900 ]; do mkdir d; cd d; i=$((i+1)); done";
  await root.run(script, { mounts });
  const found = listCacheMounts(store).find(({ description }) => description.includes("/deep"));
  expect(found).toMatchObject({ size: 0, reclaimable: true });
  expect(await removeCacheMount(store, found?.id ?? "")).toBe(true);
});

test("what a process that died was making of a cache is removed", async () => {
  const { store } = root.context();
  const script = join(root.engine.root.path, "maker.ts");
  const room = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).pathname);
  await Bun.write(
    script,
    `import { openStore } from ${room("store/index.ts")};
     import { openCacheMount } from ${room("build/cache-mounts/open-cache-mount.ts")};
     const store = openStore(${JSON.stringify(store.root)}, ${JSON.stringify(store.run)});
     const fill = () => { console.log("making"); return new Promise(() => setInterval(() => {}, 1000)); };
     await openCacheMount(store, { key: "died", sharing: "shared", description: "", fill, signal: new AbortController().signal });`,
  );
  const before = readdirSync(join(store.root, "cache-mounts"));
  const maker = Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "inherit" });
  for await (const _ of maker.stdout) break;
  maker.kill("SIGKILL");
  await maker.exited;
  expect(readdirSync(join(store.root, "cache-mounts")).length).toBe(before.length + 1);
  await repairCacheMounts(store);
  expect(readdirSync(join(store.root, "cache-mounts"))).toEqual(before);
});
