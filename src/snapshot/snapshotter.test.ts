import { expect, test } from "bun:test";
import { existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createByteSource, TarReader, toText } from "../archive/index.ts";
import { getXattr, isMountPoint, setXattr } from "../host/index.ts";
import { type ChainId, digestOf, parseDiffId } from "../oci/index.ts";
import type { Change, LayerRecord, LayersOptions } from "./index.ts";
import { type Bench, makeTar, sh, streamOf, type TestEntry, withBench } from "./testing.fixture.ts";

const dir = (path: string, more: Partial<TestEntry> = {}): TestEntry => ({
  path,
  kind: "directory",
  ...more,
});

const BASE: TestEntry[] = [
  dir("chm"),
  { path: "chm/c", content: "c\n" },
  dir("d"),
  { path: "d/g", content: "2\n" },
  { path: "d/l", kind: "symlink", linkPath: "g" },
  dir("d/sub"),
  { path: "d/sub/f", content: "1\n" },
  dir("keep"),
  dir("keep/x"),
  { path: "keep/x/y", content: "3\n" },
  dir("lnk"),
  { path: "lnk/h", kind: "hardlink", linkPath: "d/g" },
  dir("mvdir"),
  { path: "mvdir/1", content: "1\n" },
  { path: "mvfile", content: "t\n" },
  dir("op"),
  dir("op/a"),
  { path: "op/a/b", content: "a\n" },
  { path: "op/q", content: "q\n" },
  dir("etc"),
  { path: "rewr", content: "t\n" },
  dir("swap"),
  { path: "swap/z", content: "z\n" },
  { path: "touch", content: "t\n" },
];

/** The edits of a container that was compared with the real `docker diff`. */
const EDITS = `
echo new > new; mkdir -p nd/e; echo 1 > nd/e/f; rm d/sub/f; rm -r op; mkdir op; echo 1 > op/n
rm -r swap; ln -s /d swap; chmod 644 chm/c; touch touch; echo t > rewr; rm d/l; chmod 755 keep/x
mv mvfile mvfile2; cp -a mvdir mvdir2; rm -r mvdir; echo x >> lnk/h; rm keep/x/y; echo 3 > keep/x/y
mkfifo pipe; mknod null c 1 3; touch keep/zz; rm keep/zz; echo 1 > etc/mtab2; mkdir tmp`;

const DOCKER_DIFF = `
C /rewr,C /etc,A /etc/mtab2,A /nd,A /nd/e,A /nd/e/f,A /pipe,C /swap,C /keep,C /keep/x,C /keep/x/y,A /mvfile2,A /new,
A /null,A /tmp,C /touch,C /d,C /d/sub,D /d/sub/f,D /d/l,C /lnk,C /lnk/h,A /mvdir2,A /mvdir2/1,C /op,A /op/n,D /op/a,
D /op/q,D /mvfile,D /mvdir`;

const CAPABILITY = "security.capability";

/** For `find`: leaves out what the init layer gives. */
const NOT_OURS = ["dev*", "proc", "sys", ".dockerenv", "etc/host*", "etc/resolv.conf", "etc/mtab"]
  .map((name) => `! -path './${name}'`)
  .join(" ");

function listed(changes: readonly Change[]): string[] {
  return changes.map(({ kind, path }) => `${{ modify: "C", add: "A", delete: "D" }[kind]} ${path}`);
}

async function stack({ layers }: Bench, ...parts: (readonly TestEntry[])[]): Promise<ChainId> {
  const tars = parts.map((entries) => makeTar(entries));
  const requests = tars.map((tar) => ({
    source: { kind: "stream", stream: streamOf(tar) } as const,
    diffId: parseDiffId(digestOf(tar)),
  }));
  const top = (await layers.apply(requests)).at(-1);
  if (top === undefined) throw new Error("no layers");
  return top.chainId;
}

/** Prepares and mounts a snapshot; its root. */
async function open(bench: Bench, key: string, parent: ChainId | undefined): Promise<string> {
  const target = bench.newFolder(`${key}/merged`);
  await bench.layers.snapshots.prepare(key, parent, bench.newFolder(key));
  await bench.layers.snapshots.mount(key, target);
  return target;
}

async function tarNames(bench: Bench, write: (fd: number) => Promise<void>): Promise<string[]> {
  const path = join(bench.folder, "names.tar");
  const fd = openSync(path, "w");
  await write(fd);
  const reader = new TarReader(createByteSource(readFileSync(path)));
  const names: string[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    names.push(toText(entry.path) + (entry.kind === "hardlink" ? ` = ${toText(entry.linkPath)}` : ""));
  }
  return names;
}

/** What a tree is, but for times of folders. */
function tree(root: string): string[] {
  return sh(
    root,
    "find . -mindepth 1 \\( -type d -printf '%y %P %m %U %G\\n' -o -printf '%y %P %m %U %G %s %l %Ts\\n' \\) | LC_ALL=C sort",
  ).split("\n");
}

for (const driver of ["overlay", "copy"] as const) {
  const options: LayersOptions = { driver };

  test(`${driver}: a snapshot shows its layers and the mount points of a container`, async () => {
    await withBench(options, async (bench) => {
      const top = await stack(
        bench,
        [
          dir("./", { mode: 0o751 }),
          dir("a"),
          { path: "a/1" },
          { path: "gone" },
          dir("old"),
          { path: "old/x" },
        ],
        [
          { path: ".wh.gone" },
          dir("old"),
          { path: "old/.wh..wh..opq" },
          { path: "old/y" },
          { path: "a/2", content: "two" },
        ],
      );
      const root = await open(bench, "s", top);
      expect(sh(root, "find . -printf '%P %y\\n' | LC_ALL=C sort").trim().split("\n")).toEqual(
        [
          "d",
          ".dockerenv f",
          "a d",
          "a/1 f",
          "a/2 f",
          "dev d",
          "dev/console f",
          "dev/pts d",
          "dev/shm d",
          "etc d",
          "etc/hostname f",
          "etc/hosts f",
          "etc/mtab l",
          "etc/resolv.conf f",
          "old d",
          "old/y f",
          "proc d",
          "sys d",
        ]
          .map((line) => (line === "d" ? " d" : line))
          .map((line, at) => (at === 0 ? line.trim() : line)),
      );
      expect(sh(root, "stat -c %a .; cat a/2")).toBe("751\ntwo");
      expect(await bench.layers.snapshots.changes("s")).toEqual([]);
    });
  });

  test(`${driver}: changes are those of docker diff`, async () => {
    await withBench(options, async (bench) => {
      const root = await open(bench, "s", await stack(bench, BASE));
      sh(root, EDITS);
      const changes = listed(await bench.layers.snapshots.changes("s"));
      // A hard link is broken when overlayfs copies it up; in a plain copy both names change.
      const linked = driver === "copy" ? ["C /d/g"] : [];
      expect([...changes].sort()).toEqual([...DOCKER_DIFF.trim().split(/,\s*/), ...linked].sort());
      const folderFirst = changes.every((line, at) => {
        const parent = line.slice(2, line.lastIndexOf("/"));
        return parent === "" || changes.slice(0, at).some((before) => before.slice(2) === parent);
      });
      expect(folderFirst).toBe(true);
    });
  });

  test(`${driver}: a committed snapshot shows the same tree, and the same changes give the same layer`, async () => {
    await withBench(options, async (bench) => {
      const parent = await stack(bench, BASE);
      const results: LayerRecord[] = [];
      for (const key of ["one", "two"]) {
        const root = await open(bench, key, parent);
        sh(
          root,
          `${EDITS}; ln new hard; touch -d @7 d
          find . -newermt 2020-01-01 ${NOT_OURS} -exec touch -h -d @1234567890 {} +; python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('sock')"`,
        );
        setXattr(join(root, "new"), "user.k", Buffer.from("v"));
        setXattr(
          join(root, "rewr"),
          CAPABILITY,
          Buffer.from("0100000200200000000000000000000000000000", "hex"),
        );
        setXattr(join(root, "nd"), "trusted.private", Buffer.from("stays"));
        results.push(await bench.layers.commit({ key }));
      }
      const [first, second] = results;
      if (first === undefined || second === undefined) throw new Error("not committed");
      expect(second).toEqual(first);
      expect(first.parent).toBe(parent);
      const again = await open(bench, "again", first.chainId);
      rmSync(join(bench.folder, "one/merged/sock"));
      expect(tree(again)).toEqual(tree(join(bench.folder, "one/merged")));
      expect(sh(again, "stat -c %h new")).toBe("2\n");
      expect(Buffer.from(getXattr(join(again, "hard"), "user.k") ?? []).toString()).toBe("v");
      expect(getXattr(join(again, "rewr"), CAPABILITY)?.length).toBe(20);
      expect(getXattr(join(again, "nd"), "trusted.private")).toBeUndefined();
      expect(await bench.layers.snapshots.changes("again")).toEqual([]);
      const names = await tarNames(bench, (fd) => bench.layers.writeTar(first.chainId, fd));
      expect(names).toContain(".wh.mvdir");
      expect(names).toContain("new = hard");
      expect(names).not.toContain("sock");
      expect(names.some((name) => /^(proc|sys|dev|\.dockerenv)/.test(name))).toBe(false);
    });
  });

  test(`${driver}: a snapshot without changes gives the empty layer`, async () => {
    await withBench(options, async (bench) => {
      await open(bench, "s", await stack(bench, BASE));
      const layer = await bench.layers.commit({ key: "s" });
      expect(layer.diffId).toBe(
        parseDiffId("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"),
      );
      expect(layer.size).toBe(0);
    });
  });

  test(`${driver}: a flat tar holds what the snapshot shows, also while it is mounted`, async () => {
    await withBench(options, async (bench) => {
      const root = await open(bench, "s", await stack(bench, BASE));
      sh(root, EDITS);
      const names = await tarNames(bench, (fd) => bench.layers.writeFlatTar({ key: "s" }, fd));
      const shown = sh(root, "find . -mindepth 1 \\( -type d -printf '%P/\\n' -o -printf '%P\\n' \\)")
        .trim()
        .split("\n");
      expect(names.map((name) => name.replace(/ = .*/, "")).sort()).toEqual(shown.sort());
    });
  });

  test(`${driver}: a snapshot over nothing is a root with mount points only`, async () => {
    await withBench(options, async (bench) => {
      const root = await open(bench, "s", undefined);
      expect(sh(root, "ls -A")).toBe(".dockerenv\ndev\netc\nproc\nsys\n");
      sh(root, "echo hi > file");
      const layer = await bench.layers.commit({ key: "s" });
      expect([layer.parent, layer.size]).toEqual([undefined, 3]);
      expect(await bench.layers.snapshots.usage("s")).toBeGreaterThanOrEqual(3);
    });
  });

  test(`${driver}: mounting, unmounting, preparing and removing can be repeated`, async () => {
    await withBench(options, async (bench) => {
      const { snapshots } = bench.layers;
      const parent = await stack(bench, BASE);
      const root = await open(bench, "s", parent);
      expect(await open(bench, "s", parent)).toBe(root);
      expect(snapshots.list()).toEqual([
        expect.objectContaining({ key: "s", parent, folder: join(bench.folder, "s") }),
      ]);
      sh(root, "echo kept > file");
      await snapshots.unmount(root);
      await snapshots.unmount(root);
      expect(isMountPoint(root)).toBe(false);
      await snapshots.mount("s", root, { readOnly: true });
      expect(sh(root, "cat file; touch new 2>/dev/null || echo read-only")).toBe("kept\nread-only\n");
      await snapshots.unmount(root);
      for (const word of ["once", "twice"]) {
        await snapshots.mount("s", root, { disposable: true });
        expect(sh(root, `cat file; echo ${word} > file; cat file`)).toEndWith(`${word}\n`);
        await snapshots.unmount(root);
      }
      await snapshots.remove("s");
      await snapshots.remove("s");
      expect(snapshots.list()).toEqual([]);
      expect(existsSync(join(bench.folder, "s/upper")) || existsSync(join(bench.folder, "s/rootfs"))).toBe(
        false,
      );
      await expect(snapshots.mount("s", root)).rejects.toMatchObject({ kind: "notFound" });
      expect(() => snapshots.mounts("s")).toThrow("snapshot does not exist: s");
    });
  });
}

test("overlay: taking a snapshot's files gives the layer that copying them gives", async () => {
  await withBench({}, async (bench) => {
    const root = await open(bench, "s", await stack(bench, BASE));
    sh(root, `${EDITS}; ln new hard`);
    const copied = await bench.layers.commit({ key: "s" });
    await bench.layers.snapshots.unmount(root);
    await bench.layers.snapshots.prepare("other", copied.chainId, bench.newFolder("other"));
    expect(await bench.layers.commit({ key: "s", take: true })).toEqual(copied);
    await bench.layers.snapshots.remove("s");
    await bench.layers.snapshots.remove("other");
    expect((await bench.layers.collect(copied.chainId)).length).toBe(2);
  });
});

test("overlay: a stack of 200 layers mounts and shows every one", async () => {
  await withBench({}, async (bench) => {
    const parts = Array.from({ length: 200 }, (_, at) => [{ path: `f${at}`, content: String(at) }]);
    let parent: ChainId | undefined;
    for (const part of parts) {
      const tar = makeTar(part);
      const path = join(bench.folder, "layer.tar");
      await Bun.write(path, tar);
      const staged = await bench.layers.stage({ kind: "file", path });
      parent = (await bench.layers.adopt([staged], parent))[0]?.chainId;
    }
    const root = await open(bench, "s", parent);
    expect(sh(root, "ls | grep -c '^f'; cat f0 f199")).toBe("200\n0199");
    sh(root, "rm f0; echo x > f100");
    expect(listed(await bench.layers.snapshots.changes("s"))).toEqual(["D /f0", "C /f100"]);
  });
}, 60_000);
