import { afterEach, beforeEach, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import type { ImageUser } from "../../src/image/index.ts";
import { derive, importOne, layersOnDisk, write } from "../support/image-steps.ts";
import { type ImageStore, openImageStore, toTar } from "../support/image-store.ts";

let at: ImageStore;

beforeEach(() => {
  at = openImageStore();
});

afterEach(() => at.close());

const unused = () => [];

test("an imported tar becomes an image with its changes, its comment and Docker's history", async () => {
  const tar = write(
    at,
    "x.tar.gz",
    gzipSync(
      toTar([
        ["bin/", "", "directory"],
        ["bin/x", "hello"],
      ]),
    ),
  );
  const image = await at.images.import(tar, {
    reference: "app:1",
    changes: ['CMD ["sh"]', "ENV A=b"],
    from: "-",
  });
  expect(image.config.config).toEqual({ Cmd: ["sh"], Env: ["A=b"] });
  expect(at.images.history("app:1")).toMatchObject([
    { id: image.id, comment: "Imported from -", createdBy: "", tags: ["app:1"], size: 5 },
  ]);
  expect(at.images.inspect(image.id.slice(7, 19))).toMatchObject({
    id: image.id,
    repoTags: ["app:1"],
    size: 5,
  });
});

test("an import that is refused leaves nothing", async () => {
  const source = write(at, "bad.tar", Buffer.alloc(4096, 65));
  const request = { reference: "app:1", changes: [], from: "-" };
  await expect(at.images.import(source, request)).rejects.toMatchObject({ kind: "invalidArgument" });
  const changes = at.images.import(source, { ...request, changes: ["FOO x"] });
  await expect(changes).rejects.toThrow("FOO is not a valid change command");
  const name = at.images.import(source, { ...request, reference: "sha256:x" });
  await expect(name).rejects.toThrow("refusing to create an ambiguous tag");
  expect(at.images.list({ all: true })).toEqual([]);
  expect(layersOnDisk(at)).toEqual([]);
});

test("names, IDs and prefixes find an image; what is missing is named with its tag", async () => {
  const { id } = await importOne(at, "app:1");
  for (const name of [
    "app:1",
    id,
    id.slice(7),
    id.slice(7, 11),
    id.slice(0, 20),
    "docker.io/library/app:1",
  ]) {
    expect(at.images.resolve(name).id).toBe(id);
  }
  const missing: [string, string][] = [
    ["app", "No such image: app:latest"],
    ["app:2", "No such image: app:2"],
    ["f".repeat(64), `No such image: sha256:${"f".repeat(64)}`],
    ["Foo:x", "invalid reference format: repository name (library/Foo) must be lowercase"],
  ];
  for (const [name, message] of missing) expect(() => at.images.resolve(name)).toThrow(message);
  const base = at.images.resolve("app:1");
  for (let n = 0; n < 20; n++) derive(at, base, `child ${n}`);
  const seen = at.images.list({ all: true }).map((each) => each.id.slice(7, 8));
  const twice = seen.find((each, n) => seen.indexOf(each) !== n) ?? "";
  expect(() => at.images.resolve(twice)).toThrow("No such image: ");
});

test("a moved tag leaves the old image dangling, and bad names are refused", async () => {
  const one = await importOne(at, "app:1");
  const two = await importOne(at, "app:2");
  at.images.tag("app:2", "app:1");
  expect(at.images.names(one.id)).toEqual([]);
  expect(at.images.names(two.id)).toEqual(["app:1", "app:2"]);
  const dangling = at.images.list({ filters: { dangling: ["true"] } });
  expect(dangling.map(({ id }) => id)).toEqual([one.id]);
  expect(() => at.images.tag("app:1", `app@${one.id}`)).toThrow(
    "refusing to create a tag with a digest reference",
  );
  expect(() => at.images.tag("nope", "x")).toThrow("No such image: nope:latest");
});

test("the list is filtered as docker's and hides untagged parents", async () => {
  const base = await importOne(at, "base:1");
  const middle = derive(at, base, "middle");
  const top = derive(at, middle, "top", "top");
  await importOne(at, "user/app:1");
  const ids = (filters: Record<string, string[]>, all = false) =>
    at.images.list({ filters, all }).flatMap(({ repoTags, id }) => repoTags[0] ?? id);
  expect(ids({})).toEqual(["user/app:1", "top:latest", "base:1"]);
  expect(ids({}, true)).toEqual(["user/app:1", "top:latest", middle.id, "base:1"]);
  expect(ids({ reference: ["*"] })).toEqual(["top:latest", "base:1"]);
  expect(ids({ reference: ["*/app"] })).toEqual(["user/app:1"]);
  expect(ids({ before: [top.id] }, true)).toEqual([middle.id, "base:1"]);
  expect(ids({ since: ["base:1"] })).toEqual(["user/app:1", "top:latest"]);
  expect(ids({ until: ["1h"] })).toEqual([]);
  expect(() => ids({ foo: ["x"] })).toThrow("invalid filter 'foo'");
  expect(() => ids({ dangling: ["x"] })).toThrow("invalid filter 'dangling=[x]'");
});

test("removing follows Docker's order and takes untagged parents and layers along", async () => {
  const base = await importOne(at, "base:1");
  const child = derive(at, derive(at, base, "parent"), "child", "child");
  at.images.tag("child", "child:2");
  const remove = (name: string, options = {}) => at.images.remove(name, { usedBy: unused, ...options });
  await expect(remove(child.id)).rejects.toThrow(
    "(must be forced) - image is referenced in multiple repositories",
  );
  await expect(remove(base.id)).rejects.toThrow("(cannot be forced) - image has dependent child images");
  expect(await remove("child:2")).toEqual([{ untagged: "child:2" }]);
  expect(await remove("base:1")).toEqual([{ untagged: "base:1" }]);
  expect(await remove(child.id)).toEqual([
    { untagged: "child:latest" },
    { deleted: child.id },
    { deleted: child.parent ?? "" },
    { deleted: base.id },
    { deleted: base.top ?? "" },
  ]);
  expect(layersOnDisk(at)).toEqual([]);
});

test("an image in use is kept in Docker's words", async () => {
  const { id } = await importOne(at, "app:1");
  const short = id.slice(7, 19);
  const by =
    (...users: ImageUser[]) =>
    () =>
      users;
  const stopped = by({ id: "c".repeat(64), running: false });
  const running = by({ id: "d".repeat(64), running: true });
  await expect(at.images.remove("app:1", { usedBy: stopped })).rejects.toThrow(
    `conflict: unable to remove repository reference "app:1" (must force) - container cccccccccccc is using its referenced image ${short}`,
  );
  await expect(at.images.remove(id, { usedBy: running, force: true })).rejects.toThrow(
    `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container dddddddddddd`,
  );
  expect(await at.images.remove("app:1", { usedBy: running, force: true })).toEqual([{ untagged: "app:1" }]);
  await expect(at.images.remove(id, { usedBy: stopped })).rejects.toThrow(
    `conflict: unable to delete ${short} (must be forced) - image is being used by stopped container cccccccccccc`,
  );
  expect(await at.images.prune({}, stopped)).toEqual({ removed: [], reclaimed: 0 });
  expect(await at.images.prune({}, unused)).toMatchObject({ reclaimed: 5, removed: [{ deleted: id }, {}] });
});

test("a thousand images are listed in a few milliseconds", async () => {
  const base = await importOne(at, "app:1");
  at.store.transaction(() => {
    for (let n = 0; n < 1000; n++) derive(at, base, `child ${n}`, `child-${n}`);
  });
  at.images.list();
  const start = process.cpuUsage();
  expect(at.images.list()).toHaveLength(1001);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(200);
});
