import {
  chmodSync,
  lchownSync,
  linkSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { makedev, mknodAt, S_IFCHR, S_IFIFO, setXattr } from "../../src/host/index.ts";

/** Writes files by path below a folder, each with a line as content. */
function files(root: string, lines: Readonly<Record<string, string>>): void {
  for (const [path, line] of Object.entries(lines)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), `${line}\n`, { mode: 0o644 });
    chmodSync(join(root, path), 0o644);
  }
}

function links(root: string, targets: Readonly<Record<string, string>>): void {
  for (const [path, target] of Object.entries(targets)) symlinkSync(target, join(root, path));
}

function folders(root: string, ...paths: string[]): void {
  for (const path of paths) mkdirSync(join(root, path), { recursive: true, mode: 0o755 });
}

/** The root file system that the recorded copies go onto. */
export function makeBaseTree(root: string): void {
  folders(root, "deep/a", "opt", "hasdir/a.txt");
  files(root, {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\nwww:x:33:33::/:/bin/sh",
    "etc/group": "root:x:0:\napp:x:1001:\nwww:x:33:\nstaff:x:50:",
    "existing/old.txt": "old",
    "existing/inner/f": "oldin",
    file: "f",
  });
  chmodSync(join(root, "existing"), 0o700);
  chmodSync(join(root, "existing/inner"), 0o711);
  for (const path of ["", "/old.txt", "/inner", "/inner/f"]) lchownSync(join(root, `existing${path}`), 5, 6);
  links(root, {
    link: "/existing",
    rel: "existing",
    dangling: "/nowhere/sub",
    "deep/up": "../../../existing",
    filelink: "/existing/old.txt",
    "existing/sub": "/file",
  });
}

/** The context of the recorded copies; `close` takes away its socket. */
export async function makeContextTree(root: string): Promise<{ close(): void }> {
  folders(root, "dir/sub", "dir/empty", "e", "sp");
  files(root, {
    "a.txt": "a",
    "b.sh": "b",
    s: "s",
    "dir/x": "x",
    "dir/sub/y": "y",
    h1: "hh",
    "hl/1": "q",
    "arr[0].txt": "arr",
    ".hid": "hid",
    "w/aa/f": "1",
    "w/ab/f": "2",
    "w/ac": "3",
    "w/ab/g": "4",
    "inner-over/inner": "new",
    "over/inner/f": "nf",
    "over/old.txt": "n2",
    "sublink/sub/z": "1",
    "ws/p1/src/m.js": "1",
    "ws/p2/src/m.js": "2",
    "ws/p1/package.json": "1",
    "ws/p2/package.json": "2",
  });
  links(root, { "dir/ln": "x", link2dir: "dir", linkfile: "a.txt" });
  linkSync(join(root, "h1"), join(root, "h2"));
  linkSync(join(root, "hl/1"), join(root, "hl/2"));
  setXattr(join(root, "a.txt"), "user.foo", Buffer.from("bar"));
  setXattr(join(root, "dir/sub"), "user.d", Buffer.from("dd"));
  writeFileSync(join(root, "sparse"), "");
  truncateSync(join(root, "sparse"), 1024 * 1024);
  writeFileSync(join(root, "sparse"), "z\n", { flag: "a" });
  chmodSync(join(root, "b.sh"), 0o755);
  chmodSync(join(root, "s"), 0o4755);
  chmodSync(join(root, "dir"), 0o750);
  chmodSync(join(root, "dir/sub"), 0o2775);
  chmodSync(join(root, "over/inner"), 0o777);
  lchownSync(join(root, "w/ac"), 77, 78);
  mknodAt(-100, join(root, "p"), S_IFIFO | 0o644);
  mknodAt(-100, join(root, "sp/fifo"), S_IFIFO | 0o644);
  mknodAt(-100, join(root, "nul"), S_IFCHR | 0o644, makedev(1, 3));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, "e/sock"), resolve));
  chmodSync(join(root, "e/sock"), 0o755);
  return { close: () => void server.close() };
}

/** Adds archives to the context of the recorded copies. */
export function makeArchives(root: string): void {
  const script = `
    mkdir -p tars/w; cd tars/w
    mkdir -p d/e imp/li bin r/existing/inner r/link file y h
    umask 022
    echo f > f; mkfifo ff; mknod nul c 1 3; echo wh > .wh.file; ln -s /existing lnk
    echo 1 > d/e/1; ln d/e/1 d/e/2; chown 3:4 d/e/1; chmod 700 d
    echo x > imp/li/ed; echo b > bin/prog; echo z > r/link/z; echo in > file/in; echo y > y/existing
    echo h > h/1; ln h/1 h/2`;
  run(root, script);
  const inside = join(root, "tars/w");
  setXattr(join(inside, "f"), "user.x", Buffer.from("v"));
  const capability = Buffer.from("0100000200040000000000000000000000000000", "hex");
  setXattr(join(inside, "f"), "security.capability", capability);
  run(
    inside,
    `tar --xattrs --xattrs-include='*' -cf ../../ar1.tar f d lnk ff nul .wh.file
    tar -cf ../../ar2.tar imp/li/ed bin/prog
    tar -C r -cf ../../ar3.tar ./link ./existing
    tar -cf ../../ar4.tar file
    tar -C y -cf ../../ar5.tar existing
    tar --transform 's,^,/abs/,' -P -cf ../../ar7.tar f
    tar -C h -cf ../../ar8.tar 1 2
    cd ../..; rm -r tars/w
    ln -s /etc/passwd dir/abs; tar -C dir --xattrs -czf tars/t.tgz .; rm dir/abs
    tar -C dir -cf tars/t.tar sub x ln`,
  );
}

function run(cwd: string, script: string): void {
  const { success, stderr } = Bun.spawnSync(["sh", "-ec", script], { cwd });
  if (!success) throw new Error(stderr.toString());
}
