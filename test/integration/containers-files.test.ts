import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FixtureEntry, tar } from "../support/busybox-archive.ts";
import { type EngineRoot, engineRoot } from "../support/engine-root.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(async () => {
  for (const { record } of await at.engine.containers.list({ all: true })) {
    await at.engine.containers.remove(record.id, { force: true });
  }
  at.store.change("DELETE FROM volumes");
  await at.expectNothingLeft();
});
afterAll(() => at[Symbol.asyncDispose]());

const SLEEP = ["sleep", "1000"];
let count = 0;

async function put(
  id: string,
  path: string,
  entries: readonly FixtureEntry[],
  strict = false,
): Promise<void> {
  const file = join(at.root.path, `in${count++}.tar`);
  await Bun.write(file, tar(entries));
  const fd = openSync(file, "r");
  try {
    await at.engine.containers.writeArchive(id, path, fd, {
      noOverwriteDirNonDir: strict,
      copyUidGid: false,
    });
  } finally {
    closeSync(fd);
  }
}

/** Names in the archive of a path, and what `tar` says of each. */
async function names(id: string, path: string): Promise<string[]> {
  return (await tool(["tar", "-tf", await fetchTar(id, path)])).split("\n").slice(0, -1);
}

async function content(id: string, path: string): Promise<string> {
  return await tool(["tar", "-xOf", await fetchTar(id, path)]);
}

async function fetchTar(id: string, path: string): Promise<string> {
  const file = join(at.root.path, `out${count++}.tar`);
  const fd = openSync(file, "w");
  try {
    await at.engine.containers.readArchive(id, path, fd);
  } finally {
    closeSync(fd);
  }
  return file;
}

async function tool(argv: readonly string[]): Promise<string> {
  const child = Bun.spawn([...argv], { stdout: "pipe", stderr: "inherit" });
  const text = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return text;
}

async function inside(id: string, script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await at.cli(["exec", id, "sh", "-c", script]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

test.each(["running", "stopped"])(
  "files go into a %s container and come out as they went in",
  async (state) => {
    const id = state === "running" ? await at.start(SLEEP) : await at.create(SLEEP);
    await put(id, "/var", [
      { path: "d/", mode: 0o750 },
      { path: "d/f", data: "text", mode: 0o640 },
      { path: "d/l", link: "f" },
    ]);
    expect(await names(id, "/var/d")).toEqual(["d/", "d/f", "d/l"]);
    expect(await names(id, "/var/d/.")).toEqual(["./", "./f", "./l"]);
    expect(await content(id, "/var/d/f")).toBe("text");
    expect(await at.engine.containers.statPath(id, "/var/d/f")).toMatchObject({
      name: "f",
      size: 4,
      mode: 0o100640,
    });
    expect(await at.engine.containers.statPath(id, "/var/d/l")).toMatchObject({
      name: "l",
      linkTarget: "/var/d/f",
    });
    await expect(at.engine.containers.statPath(id, "/var/none")).rejects.toMatchObject({
      kind: "notFound",
      message: `Could not find the file /var/none in container ${id}`,
    });
    await expect(put(id, "/none", [{ path: "f" }])).rejects.toMatchObject({ kind: "notFound" });
    await expect(put(id, "/var/d/f", [{ path: "f" }])).rejects.toThrow("extraction point is not a directory");
  },
);

test.each(["running", "stopped"])("a link of a %s container to /etc means its own /etc", async (state) => {
  const id = await at.start([
    "sh",
    "-c",
    "ln -s /etc /tmp/out; ln -s ../../../../../../etc/passwd /tmp/up; sleep 1000",
  ]);
  await at.engine.containers.logs(id, { stdout: true, stderr: true });
  while ((await at.engine.containers.statPath(id, "/tmp/up").catch(() => undefined)) === undefined)
    await Bun.sleep(10);
  if (state === "stopped") await at.engine.containers.kill(id);
  const mark = `strake-test-${id}`;
  await put(id, "/tmp/out", [{ path: mark, data: "inside" }]);
  expect(existsSync(`/etc/${mark}`)).toBe(false);
  expect(await content(id, `/etc/${mark}`)).toBe("inside");
  await put(id, "/tmp", [{ path: `out/${mark}2`, data: "inside" }]);
  expect(existsSync(`/etc/${mark}2`)).toBe(false);
  expect(await content(id, "/tmp/up/.").catch(() => content(id, "/etc/passwd"))).toStartWith(
    "root:x:0:0:root:/root",
  );
});

test.each(["running", "stopped"])(
  "in a %s container, what goes into a bind mount or a volume arrives there",
  async (state) => {
    const folder = join(at.root.path, `bind-${state}`);
    mkdirSync(folder);
    const hostConfig = { Binds: [`${folder}:/bound`, `vol-${state}:/vol`] };
    const id =
      state === "running" ? await at.start(SLEEP, { hostConfig }) : await at.create(SLEEP, { hostConfig });
    await put(id, "/bound", [{ path: "f", data: "to the host" }]);
    expect(readFileSync(join(folder, "f"), "utf8")).toBe("to the host");
    writeFileSync(join(folder, "g"), "from the host");
    expect(await content(id, "/bound/g")).toBe("from the host");
    await put(id, "/vol", [{ path: "v", data: "kept" }]);
    const other = await at.start(SLEEP, { hostConfig: { Binds: [`vol-${state}:/v`] } });
    expect(await inside(other, "cat /v/v")).toBe("kept");
    await at.engine.containers.remove(other, { force: true });
  },
);

test("what goes into a tmpfs of a running container is there", async () => {
  const id = await at.start(SLEEP, { hostConfig: { Tmpfs: { "/mem": "" } } });
  await put(id, "/mem", [{ path: "f", data: "in memory" }]);
  expect(await inside(id, "cat /mem/f")).toBe("in memory");
});

test("a file takes the place of a folder only when that is allowed", async () => {
  const id = await at.create(SLEEP);
  await put(id, "/", [{ path: "x/" }, { path: "x/inner", data: "1" }]);
  await expect(put(id, "/", [{ path: "x", data: "2" }], true)).rejects.toThrow(
    'cannot overwrite directory "/x" with non-directory "/x"',
  );
  expect(await content(id, "/x/inner")).toBe("1");
  await put(id, "/", [{ path: "x", data: "2" }]);
  expect(await content(id, "/x")).toBe("2");
  await expect(put(id, "/", [{ path: "x/" }], true)).rejects.toThrow(
    'cannot overwrite non-directory "/x" with directory "/x"',
  );
});

test("nothing can be put into a read-only container", async () => {
  const hostConfig = { ReadonlyRootfs: true };
  for (const id of [await at.create(SLEEP, { hostConfig }), await at.start(SLEEP, { hostConfig })]) {
    await expect(put(id, "/tmp", [{ path: "f" }])).rejects.toThrow("container rootfs is marked read-only");
  }
});

test("diff lists what commit keeps, the container freezes meanwhile and goes on", async () => {
  const { containers, images, system } = at.engine;
  const id = await at.start([
    "sh",
    "-c",
    "mkdir /new; echo 1 > /new/f; rm /etc/group; chmod 700 /tmp; echo ready; sleep 1000",
  ]);
  for await (const _ of containers.logs(id, { stdout: true, stderr: true, follow: true })) break;
  const changes = (await containers.changes(id)).map(({ kind, path }) => `${kind} ${path}`);
  expect(changes.toSorted()).toEqual([
    "add /new",
    "add /new/f",
    "delete /etc/group",
    "modify /etc",
    "modify /tmp",
  ]);
  const since = BigInt(Date.now()) * 1_000_000n;
  const request = {
    reference: "made:1",
    pause: true,
    changes: ['CMD ["cat", "/new/f"]'],
    author: "me",
    comment: "why",
  };
  const image = await containers.commit(id, request);
  expect(await at.record(id)).toMatchObject({ state: { status: "running" } });
  const events = system.events({
    since,
    until: BigInt(Date.now() + 1) * 1_000_000n,
    filters: { container: [id] },
  });
  const actions = (await Array.fromAsync(events)).map(({ action }) => action);
  expect(actions.filter((action) => action !== "exec_die")).toEqual(["pause", "unpause", "commit"]);
  const run = await at.cli(["run", "--rm", "--network", "none", "made:1"]);
  expect(run).toEqual({ exitCode: 0, stdout: "1\n", stderr: "" });
  const shown = await at.cli([
    "run",
    "--rm",
    "--network",
    "none",
    "made:1",
    "sh",
    "-c",
    "test -e /etc/group || echo gone; stat -c %a /tmp",
  ]);
  expect(shown.stdout).toBe("gone\n700\n");
  await images.remove(image, { force: true });
});

test("a commit that fails lets the container go on", async () => {
  const id = await at.start(SLEEP);
  for (const changes of [["NOPE x"], ["ENV"]]) {
    await expect(at.engine.containers.commit(id, { pause: true, changes })).rejects.toMatchObject({
      kind: "invalidArgument",
    });
  }
  const signal = AbortSignal.abort();
  await expect(
    at.engine.containers.commit(id, { pause: true, changes: [] }, { signal }),
  ).rejects.toMatchObject({
    kind: "cancelled",
  });
  expect(await at.record(id)).toMatchObject({ state: { status: "running" } });
});

test("an export holds the whole file system, of a running and of a stopped container", async () => {
  const id = await at.start(["sh", "-c", "echo new > /new; echo ready; sleep 1000"]);
  for await (const _ of at.engine.containers.logs(id, { stdout: true, stderr: true, follow: true })) break;
  for (const state of ["running", "stopped"]) {
    if (state === "stopped") await at.engine.containers.kill(id);
    const file = join(at.root.path, `export-${state}.tar`);
    expect(await at.cli(["export", "-o", file, id])).toMatchObject({ exitCode: 0 });
    const listed = (await tool(["tar", "-tf", file])).split("\n");
    expect(listed).toContain("new");
    expect(listed).toContain("bin/busybox");
    expect(listed.filter((name) => name.startsWith("proc/"))).toEqual(["proc/"]);
  }
});
