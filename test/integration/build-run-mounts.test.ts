import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type {
  BindMount,
  CacheMount,
  RunMount,
  SecretMount,
  VertexId,
} from "../../src/build/graph/definition.ts";
import { runKey } from "../../src/build/ops/run/key.ts";
import type { TreeFilter } from "../../src/build/result.ts";
import { runDefinition, type StepRoot, stepRoot } from "../support/build-step.ts";

setDefaultTimeout(20_000);

let root: StepRoot;
let context: string;
let contextTree: VertexId;

beforeAll(async () => {
  root = await stepRoot();
  context = join(root.engine.root.path, "context");
  mkdirSync(join(context, "src/deep"), { recursive: true });
  writeFileSync(join(context, "a.txt"), "a\n");
  writeFileSync(join(context, "src/b.txt"), "b\n");
  writeFileSync(join(context, "src/deep/c.log"), "c\n");
  contextTree = root.add({ kind: "tree", root: context, filter: undefined, live: true });
});

afterAll(async () => {
  await root.endBuild();
  const left = root.engine.leftovers();
  await root[Symbol.asyncDispose]();
  expect(left).toEqual([]);
});

const bind = (from: VertexId, source: string, other: Partial<BindMount> = {}): BindMount => ({
  type: "bind",
  from,
  source,
  target: "/m",
  writable: false,
  ...other,
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

const secret = (other: Partial<SecretMount> = {}): SecretMount => ({
  type: "secret",
  id: "token",
  target: "/run/secrets/token",
  env: "",
  required: false,
  mode: 0o400,
  uid: 0,
  gid: 0,
  ...other,
});

async function output(script: string, mounts: readonly RunMount[], request = {}): Promise<string> {
  return (await root.run(`{ ${script}; } 2>&1`, { mounts }, { request })).output;
}

test("a part of a context is seen read-only, and nothing of it or of its mount point is in the layer", async () => {
  const mounts = [
    bind(contextTree, "/src", { target: "/x/y" }),
    bind(contextTree, "/a.txt", { target: "/f" }),
  ];
  const script = "cat /x/y/b.txt /f; touch /x/y/z; echo n > /f; echo kept > /x/kept";
  const { output: said, result } = await root.run(`{ ${script}; } 2>&1`, { mounts });
  expect(said).toBe(
    "b\na\ntouch: /x/y/z: Read-only file system\n/bin/sh: can't create /f: Read-only file system\n",
  );
  expect(await root.layerPaths(result)).toEqual(["x/", "x/kept"]);
  const { result: clean } = await root.run("true", { mounts });
  expect(await root.layerPaths(clean)).toEqual([]);
});

test("what is written into a writable bind is thrown away, whatever it is bound from", async () => {
  const stage = root.add((await root.run("mkdir /d; echo old > /d/f")).result);
  const mounts = [
    bind(contextTree, "/", { target: "/ctx", writable: true }),
    bind(stage, "/d", { target: "/stage", writable: true }),
  ];
  const { output: said, result } = await root.run(
    "echo new > /ctx/new; rm /ctx/a.txt; echo new > /stage/f; cat /ctx/new /stage/f",
    { mounts },
  );
  expect(said).toBe("new\nnew\n");
  expect(await root.layerPaths(result)).toEqual([]);
  expect(readdirSync(context).sort()).toEqual(["a.txt", "src"]);
  expect(await output("cat /m", [bind(stage, "/d/f")])).toBe("old\n");
});

test("a bind shows of a context only what its filter lets through", async () => {
  const filter: TreeFilter = {
    excludes: (path) => path === "a.txt" || (path.startsWith("src") && path !== "src/deep/c.log"),
    excludesAllBelow: (folder) => folder === "nothing",
  };
  const filtered = root.add({ kind: "tree", root: context, filter, live: true });
  expect(await output("cd /m; find . | sort", [bind(filtered, "/")])).toBe(
    ".\n./src\n./src/deep\n./src/deep/c.log\n",
  );
  const said = await output("echo x > /m/a.txt; cat /m/a.txt", [bind(filtered, "/", { writable: true })]);
  expect(said).toBe("x\n");
  expect(readFileSync(join(context, "a.txt"), "utf8")).toBe("a\n");
});

test("files of the user are root's in a step, with their modes, and stay the user's outside", async () => {
  const folder = join(root.engine.root.path, "owned");
  mkdirSync(join(folder, "in"), { recursive: true });
  writeFileSync(join(folder, "in/tool"), "text\n");
  symlinkSync("tool", join(folder, "in/link"));
  for (const name of ["in/tool", "in", "."]) chownSync(join(folder, name), 1000, 1001);
  lchownSync(join(folder, "in/link"), 1000, 1001);
  chmodSync(join(folder, "in/tool"), 0o4755);
  utimesSync(join(folder, "in"), 1_600_000_000, 1_600_000_000);
  const socket = createServer().listen(join(folder, "in/socket"));
  utimesSync(join(folder, "in"), 1_600_000_000, 1_600_000_000);
  const owned = root.add({ kind: "tree", root: folder, filter: undefined, live: true });
  const script = "cd /m; stat -c '%n %u:%g %a %F' . in in/*; stat -c %Y in; cat in/tool";
  const shown =
    ". 0:0 755 directory\nin 0:0 755 directory\nin/link 0:0 777 symbolic link\nin/socket 0:0 755 regular empty file\n" +
    "in/tool 0:0 4755 regular file\n1600000000\ntext\n";
  expect(await output(script, [bind(owned, "/")])).toBe(shown);
  expect(await output(script, [bind(owned, "/", { writable: true })])).toBe(shown);
  expect(await output("stat -c '%u:%g %a' /m; cat /m", [bind(owned, "/in/tool")])).toBe("0:0 4755\ntext\n");
  socket.close();
  expect(statSync(join(folder, "in/tool")).uid).toBe(1000);
});

test("a key covers what a bind shows, and nothing beside it", async () => {
  const keyOf = (mounts: readonly RunMount[]) =>
    runKey(runDefinition(root.base, "true", { mounts }), root.context());
  const mounts = [bind(contextTree, "/src")];
  const first = await keyOf(mounts);
  writeFileSync(join(context, "a.txt"), "other\n");
  expect(await keyOf(mounts)).toEqual(first);
  writeFileSync(join(context, "src/b.txt"), "changed\n");
  const second = await keyOf(mounts);
  expect({ ...second, files: "" }).toEqual({ ...first, files: "" });
  expect(second.files).not.toEqual(first.files);
  writeFileSync(join(context, "a.txt"), "a\n");
  writeFileSync(join(context, "src/b.txt"), "b\n");
});

test("a source that is not there is named", async () => {
  await expect(root.run("true", { mounts: [bind(contextTree, "/nope")] })).rejects.toMatchObject({
    kind: "notFound",
    message: '"/nope": not found',
  });
});

test("no link in a source or a target leads to the host", async () => {
  const canary = join(root.engine.root.path, "canary");
  mkdirSync(canary);
  writeFileSync(join(canary, "host"), "host\n");
  const stage = root.add(
    (await root.run(`mkdir -p ${canary}; echo inside > ${canary}/host; ln -s / /all; ln -s ${canary} /out`))
      .result,
  );
  expect(await output("cat /m/host", [bind(stage, "/out")])).toBe("inside\n");
  expect(await output(`cat /m${canary}/host`, [bind(stage, "/all")])).toBe("inside\n");
  symlinkSync("/etc", join(context, "etc-link"));
  await expect(root.run("true", { mounts: [bind(contextTree, "/etc-link/passwd")] })).rejects.toThrow(
    "not found",
  );
  // A mount point below a link of the image: made and removed inside the image, never on the host.
  await root.run("true", { base: stage, mounts: [{ type: "tmpfs", target: "/out/made/deep", size: 0 }] });
  expect(readdirSync(canary)).toEqual(["host"]);
});

test("mount points that a step has swapped for links take nothing along when they are removed", async () => {
  const canary = join(root.engine.root.path, "canary2");
  mkdirSync(join(canary, "sub"), { recursive: true });
  const base = root.add((await root.run(`mkdir -p /victim/sub ${canary}/sub`)).result);
  const { result } = await root.run(`mv /made /moved; ln -s ${canary} /made`, {
    base,
    mounts: [{ type: "tmpfs", target: "/made/sub", size: 0 }],
  });
  expect(existsSync(join(canary, "sub"))).toBe(true);
  const after = root.add(result);
  expect((await root.run(`ls -d ${canary}/sub /victim/sub`, { base: after })).output).toBe(
    `${canary}/sub\n/victim/sub\n`,
  );
});

test("a context whose folders are swapped for links while steps start never shows the host", async () => {
  const swapped = join(root.engine.root.path, "swapped");
  mkdirSync(join(swapped, "a/etc"), { recursive: true });
  writeFileSync(join(swapped, "a/etc/hostname"), "inside\n");
  symlinkSync("/", join(swapped, "b"));
  const script = `while :; do mv ${swapped}/a ${swapped}/t; mv ${swapped}/b ${swapped}/a; mv ${swapped}/t ${swapped}/b;
    mv ${swapped}/a ${swapped}/t; mv ${swapped}/b ${swapped}/a; mv ${swapped}/t ${swapped}/b; done`;
  const swapper = Bun.spawn(["sh", "-c", script], { stderr: "ignore" });
  try {
    const tree = root.add({ kind: "tree", root: swapped, filter: undefined, live: true });
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      seen.add(await output("cat /m", [bind(tree, "/a/etc/hostname")]).catch(() => "not found"));
    }
    for (const each of seen) expect(["inside\n", "not found"]).toContain(each);
  } finally {
    swapper.kill("SIGKILL");
    await swapper.exited;
  }
});

test("two steps that swap links in a cache they share stay inside", async () => {
  const canary = join(root.engine.root.path, "canary3");
  mkdirSync(canary);
  const swap = `for i in $(seq 100); do mkdir /c/d 2>/dev/null; rmdir /c/d 2>/dev/null; ln -s ${canary} /c/d 2>/dev/null; rm -f /c/d; done 2>/dev/null; true`;
  const swapping = root.run(swap, { mounts: [cache("swap")] });
  for (let round = 0; round < 4; round++) {
    const nested: RunMount = { type: "tmpfs", target: "/c/d/x", size: 0 };
    await root.run("touch /c/d/x/in", { mounts: [cache("swap"), nested] }).catch(() => undefined);
  }
  await swapping;
  expect(readdirSync(canary)).toEqual([]);
});

test("an empty memory file system has its size, and is gone afterwards", async () => {
  const { output: said, result } = await root.run("df -k /t | tail -1; touch /t/x", {
    mounts: [{ type: "tmpfs", target: "/t", size: 1 << 20 }],
  });
  expect(said).toMatch(/ 1024 .*\/t\n$/);
  expect(await root.layerPaths(result)).toEqual([]);
});

test("a secret is in memory, for its user only, and in no layer", async () => {
  const file = join(root.engine.root.path, "token");
  writeFileSync(file, "hush");
  const request = { secrets: [{ id: "token", kind: "file", path: file }] };
  const mounts = [secret({ mode: 0o440, uid: 3 }), secret({ target: "", env: "TOKEN" })];
  const { output: said, result } = await root.run(
    'stat -c "%a %u:%g" /run/secrets/token; cat /run/secrets/token; echo " $TOKEN"; grep -c "^tmpfs /run/secrets/token" /proc/mounts',
    { mounts },
    { request: request as never },
  );
  expect(said).toBe("440 3:0\nhush hush\n1\n");
  expect(await root.layerPaths(result)).toEqual([]);
  const { store } = root.context();
  const rows = ["leases", "events", "snapshots"].flatMap((table) => store.rows(`SELECT * FROM ${table}`));
  expect(JSON.stringify(rows)).not.toContain("hush");
});

test("a secret that is missing is left out, unless it is required", async () => {
  expect(await output("ls /run/secrets; echo $TOKEN", [secret({ env: "TOKEN" })])).toContain("No such file");
  await expect(root.run("true", { mounts: [secret({ required: true })] })).rejects.toMatchObject({
    kind: "notFound",
    message: "secret token: not found",
  });
});

test("an agent's socket is forwarded with the mode and owner that were asked for", async () => {
  const socket = join(root.engine.root.path, "agent");
  const agent = Bun.listen({ unix: socket, socket: { data() {} } });
  chmodSync(socket, 0o600);
  try {
    const ssh = {
      type: "ssh",
      id: "default",
      target: "/run/buildkit/ssh_agent.0",
      required: true,
      mode: 0o600,
      uid: 1234,
      gid: 0,
    } as const;
    const request = { ssh: [{ id: "default", socket, keys: [] }] };
    const script = 'stat -c "%a %u %F" $SSH_AUTH_SOCK';
    const { output: said } = await root.run(script, { mounts: [ssh], user: "1234" }, { request });
    expect(said).toBe("600 1234 socket\n");
    const { output: unset } = await root.run("ls $SSH_AUTH_SOCK 2>&1 || true", {
      mounts: [{ ...ssh, required: false }],
    });
    expect(unset).toBe("ls: /run/buildkit/ssh_agent.0: No such file or directory\n");
    await expect(root.run("true", { mounts: [ssh] })).rejects.toMatchObject({
      message: "unset ssh forward key default",
    });
  } finally {
    agent.stop(true);
  }
});
