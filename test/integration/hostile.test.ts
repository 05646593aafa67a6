import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { busyboxArchive, busyboxLayer } from "../support/busybox-archive.ts";
import { fsck } from "../support/fsck.ts";
import { type Member, toTar } from "../support/image-store.ts";
import { type StrakeOptions, strake, strakeCommand } from "../support/strake.ts";
import { type TempRoot, tempRoot } from "../support/temp-root.ts";

setDefaultTimeout(60_000);

const BASE = "busybox:base";
const SECRET = "secret of the host";
let root: TempRoot;
/** A folder of the host that nothing in an image, archive or container may read or change. */
let canary: string;
let before: string;
let busybox: readonly Member[];

beforeAll(async () => {
  root = await tempRoot();
  canary = join(root.path, "canary");
  mkdirSync(join(canary, "sub"), { recursive: true });
  for (const name of ["shadow", "passwd", "hosts", "group", "sub/file"]) {
    await Bun.write(join(canary, name), `${SECRET}: ${name}`);
  }
  before = treeText(canary);
  const archive = join(root.path, "fixture.tar");
  await Bun.write(archive, await busyboxArchive({ reference: BASE }));
  await Bun.write(join(root.path, "layer.tar"), await busyboxLayer());
  busybox = [
    ["bin/", "", "directory"],
    ["bin/busybox", readFileSync("/bin/busybox")],
    ...["cat", "ls", "sh", "sleep", "mv", "id"].map((name): Member => [`bin/${name}`, "busybox", "symlink"]),
  ];
  expect((await cli(["image", "load", "-i", archive])).stderr).toBe("");
});
afterAll(() => root.remove());

const cli = (words: readonly string[], options: StrakeOptions = {}) =>
  strake(words, { ...options, env: { ...root.env, ...options.env } });

/** Every name, type, mode, time and content below a folder; links are told, not followed. */
function treeText(folder: string, prefix = ""): string {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const line = `${prefix}${name} ${stat.mode} ${stat.uid} ${stat.mtimeMs}`;
      if (stat.isDirectory()) return `${line}\n${treeText(path, `${prefix}${name}/`)}`;
      if (stat.isSymbolicLink()) return `${line} ${readlinkSync(path)}`;
      return stat.isFile() ? `${line} ${readFileSync(path, "utf8")}` : line;
    })
    .join("\n");
}

function expectUntouched(): void {
  expect(treeText(canary)).toBe(before);
}

async function importTar(members: readonly Member[], name: string) {
  return await cli(["image", "import", "-", name], { stdin: toTar(members) });
}

test.each<[string, (canary: string) => Member[]]>([
  ["names with ..", () => [["../canary/new", "x"]]],
  ["an absolute name", (at) => [[`${at}/new`, "x"]]],
  [
    "a file behind a symbolic link",
    (at) => [
      ["out", at, "symlink"],
      ["out/new", "x"],
    ],
  ],
  [
    "a file over a symbolic link",
    (at) => [
      ["out", `${at}/shadow`, "symlink"],
      ["out", "x"],
    ],
  ],
  [
    "a folder over a symbolic link",
    (at) => [
      ["out", at, "symlink"],
      ["out/", "", "directory"],
      ["out/x", "x"],
    ],
  ],
  [
    "a hard link to the host",
    (at) => [
      ["out", `${at}/shadow`, "hardlink"],
      ["out", "x"],
    ],
  ],
  [
    "a hard link through a symbolic link",
    (at) => [
      ["out", at, "symlink"],
      ["hard", "out/shadow", "hardlink"],
    ],
  ],
  [
    "a whiteout behind a symbolic link",
    (at) => [
      ["out", at, "symlink"],
      ["out/.wh.shadow", ""],
      ["out/.wh..wh..opq", ""],
    ],
  ],
  [
    "a link to the root's parent",
    () => [
      ["up", "../../../../../../..", "symlink"],
      ["up/tmp/strake-new", "x"],
    ],
  ],
])("an imported tar with %s changes nothing on the host and shows nothing of it", async (_, members) => {
  const imported = await importTar([...busybox, ...members(canary)], "evil:1");
  expectUntouched();
  if (imported.exitCode === 0) {
    const run = ["run", "--rm", "--network", "none", "evil:1", "sh", "-c"];
    const seen = await cli([...run, "echo ran; cat /out /out/shadow /hard"]);
    expect(seen.stdout).toContain("ran");
    expect(seen.stdout).not.toContain(SECRET);
    expectUntouched();
    expect((await cli(["image", "rm", "evil:1"])).exitCode).toBe(0);
  }
  expect(fsck(root.env)).toEqual([]);
});

test.each([
  "proc",
  "sys",
  "dev",
  "etc",
  "tmp",
  "etc/passwd",
  "etc/hosts",
  "etc/hostname",
  "dev/shm",
  ".dockerenv",
])("an image whose /%s is a symbolic link to the host reads and writes nothing there", async (link) => {
  const parent = link.includes("/") ? [[`${link.split("/")[0]}/`, "", "directory"] as const] : [];
  const target = link.startsWith("etc/") ? join(canary, "passwd") : canary;
  const imported = await importTar([...busybox, ...parent, [link, target, "symlink"]], "link:1");
  expect(imported.stderr).toBe("");
  const words = [
    "run",
    "--rm",
    "-w",
    link === "tmp" ? "/new" : "/tmp/new",
    "-v",
    "vol:/etc/new",
    "-u",
    "0",
    "link:1",
    "sh",
    "-c",
  ];
  const script = `echo ran; cat ${canary}/* /${link} /${link}/*; echo done > /${link}`;
  const { stdout, stderr } = await cli([...words, script]);
  expect(stdout).not.toContain(SECRET);
  if (["proc", "sys", "dev"].includes(link))
    expect(stderr).toContain(`cannot mount /${link}: it is a symbolic link`);
  else expect({ link, stderr, ran: stdout.includes("ran") }).toMatchObject({ link, ran: true });
  expectUntouched();
  await cli(["volume", "rm", "vol"]);
  expect((await cli(["image", "rm", "-f", "link:1"])).exitCode).toBe(0);
  expect(fsck(root.env)).toEqual([]);
});

test("cp to and from a container that exchanges a folder and a link to the host meanwhile stays inside of it", async () => {
  const script = `mkdir -p /d/in; ln -s ${canary} /l; echo in > /d/in/file; echo in > /d/shadow
    while :; do mv /d/in /x; ln -s ${canary} /d/in; rm /d/in; mv /x /d/in; done`;
  const started = await cli(["run", "-d", "--name", "swap", "--network", "none", BASE, "sh", "-c", script]);
  expect(started.stderr).toBe("");
  const source = join(root.path, "put");
  mkdirSync(source);
  await Bun.write(join(source, "shadow"), "from the host");
  for (let round = 0; round < 3; round++) {
    const out = join(root.path, `out${round}`);
    const copies = [
      ["cp", `${source}/shadow`, "swap:/d/in/"],
      ["cp", `${source}/.`, "swap:/d/in"],
      ["cp", `${source}/shadow`, "swap:/l/new"],
      ["cp", "-L", "swap:/d/in", out],
      ["cp", "-L", "swap:/l/shadow", `${out}-shadow`],
      ["cp", "swap:/d/.", `${out}-all`],
    ];
    await Promise.all(copies.slice(0, 3).map((words) => cli(words)));
    await Promise.all(copies.slice(3).map((words) => cli(words)));
    expectUntouched();
    for (const name of [out, `${out}-shadow`, `${out}-all`]) {
      const stat = lstatSync(name, { throwIfNoEntry: false });
      const text = stat?.isDirectory() ? treeText(name) : stat?.isFile() ? readFileSync(name, "utf8") : "";
      expect(text).not.toContain(SECRET);
    }
  }
  expect((await cli(["rm", "-f", "swap"])).exitCode).toBe(0);
  expect(fsck(root.env)).toEqual([]);
});

test("cp of a link out of a container that ended gives the container's own file or none", async () => {
  await cli(["run", "--name", "ended", "--network", "none", BASE, "ln", "-s", `${canary}/shadow`, "/link"]);
  const link = join(root.path, "link");
  await cli(["cp", "-L", "ended:/link", link]);
  expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
  await cli(["cp", "ended:/link", link]);
  expect(readlinkSync(link)).toBe(`${canary}/shadow`);
  const put = await cli(["cp", "/bin/busybox", "ended:/link"]);
  expectUntouched();
  expect(put.exitCode).toBeLessThan(2);
  await cli(["rm", "ended"]);
});

test("a new volume takes the image's links as links", async () => {
  const members: Member[] = [
    ...busybox,
    ["data/", "", "directory"],
    ["data/link", canary, "symlink"],
    ["vol", canary, "symlink"],
  ];
  await importTar(members, "volumes:1");
  const words = [
    "run",
    "--rm",
    "--network",
    "none",
    "-v",
    "one:/data",
    "-v",
    "two:/vol",
    "-v",
    "three:/vol/sub",
  ];
  const { stdout } = await cli([
    ...words,
    "volumes:1",
    "sh",
    "-c",
    `echo ran; cat /data/link/* /vol/* /vol/sub/*; echo x > /vol/shadow`,
  ]);
  expect(stdout).not.toContain(SECRET);
  expectUntouched();
  const part = await cli([
    ...words.slice(0, 4),
    "--mount",
    "type=volume,src=one,dst=/in,volume-subpath=link",
    "volumes:1",
    "cat",
    "/in/shadow",
  ]);
  expect(part.stdout).not.toContain(SECRET);
  expect(part.exitCode).not.toBe(0);
  const image = await cli([
    ...words.slice(0, 4),
    "--mount",
    "type=image,src=volumes:1,dst=/in,image-subpath=data/link",
    "volumes:1",
    "cat",
    "/in/shadow",
  ]);
  expect(image.stdout).not.toContain(SECRET);
  expect(image.exitCode).not.toBe(0);
  expectUntouched();
  await cli(["image", "rm", "-f", "volumes:1"]);
  expect(fsck(root.env)).toEqual([]);
});

test.each<[string, Member]>([
  ["a FIFO", ["etc/passwd", "", "fifo"]],
  ["a device", ["etc/group", "", "block"]],
  ["a folder", ["etc/passwd/", "", "directory"]],
])("a run with an /etc/passwd that is %s ends with a clear error", async (_, member) => {
  await importTar([...busybox, ["etc/", "", "directory"], member], "users:1");
  const run = await cli(["run", "--rm", "--network", "none", "users:1", "id"]);
  expect(run.stderr).toMatch(/\/etc\/(passwd|group) in the container's root is not a regular file/);
  expect(run.exitCode).toBe(125);
  await cli(["image", "rm", "-f", "users:1"]);
});

test("a huge /etc/passwd is not read into memory", async () => {
  await importTar(
    [...busybox, ["etc/", "", "directory"], ["etc/passwd", Buffer.alloc(8 << 20, "x:")]],
    "users:1",
  );
  const run = await cli(["run", "--rm", "--network", "none", "-u", "who", "users:1", "id"]);
  expect(run.stderr).toContain("unable to find user who: no matching entries in passwd file");
  expect(run.exitCode).toBe(125);
  await cli(["image", "rm", "-f", "users:1"]);
  expect(fsck(root.env)).toEqual([]);
});

test("a working folder among the descriptors of the runtime is refused, and a container has none but its own", async () => {
  for (const fd of [3, 6, 7, 8]) {
    const run = await cli(["run", "--rm", "--network", "none", "-w", `/proc/self/fd/${fd}`, BASE, "ls"]);
    expect({ fd, stdout: run.stdout, ok: run.exitCode === 0 }).toEqual({ fd, stdout: "", ok: false });
  }
  const { stdout } = await cli([
    "run",
    "--rm",
    "--network",
    "none",
    BASE,
    "sh",
    "-c",
    "exec ls /proc/self/fd",
  ]);
  expect(stdout.trim().split("\n")).toEqual(["0", "1", "2", "3"]);
  expect(fsck(root.env)).toEqual([]);
});

test("labels named like JavaScript's own properties are kept", async () => {
  const labels = ["--label", "__proto__=a", "--label", "constructor=b"];
  expect((await cli(["create", "--name", "labels", ...labels, "--network", "none", BASE])).stderr).toBe("");
  const { stdout } = await cli(["inspect", "-f", "{{json .Config.Labels}}", "labels"]);
  expect(stdout).toBe('{"__proto__":"a","constructor":"b"}\n');
  await cli(["rm", "labels"]);
});

test("output onto a full disk ends with one clear line", async () => {
  for (const words of [["images"], ["run", "--rm", "--network", "none", BASE, "echo", "x"]]) {
    const child = Bun.spawn(["sh", "-c", 'exec "$@" > /dev/full', "sh", ...strakeCommand, ...words], {
      env: { ...process.env, ...root.env },
      stderr: "pipe",
    });
    const text = await new Response(child.stderr).text();
    expect({ text, code: await child.exited }).toEqual({
      text: "strake: write output: no space left on device\n",
      code: 1,
    });
  }
});

test("a container whose monitor is killed has ended with 255 and leaves no process", async () => {
  const { stdout } = await cli(["run", "-d", "--name", "lost", "--network", "none", BASE, "sleep", "12345"]);
  const file = join(root.env.STRAKE_RUN ?? "", "containers", stdout.trim(), "conmon.pid");
  process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
  expect((await cli(["wait", "lost"])).stdout).toBe("255\n");
  expect((await cli(["rm", "lost"])).exitCode).toBe(0);
  expect(fsck(root.env)).toEqual([]);
});
