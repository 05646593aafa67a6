import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TarKind, TarWriter, toByteString } from "../archive/index.ts";
import { EngineError } from "../base/index.ts";
import { run } from "../host/index.ts";

/** The root file system of a busybox image. */
export interface BusyboxRoot {
  readonly tar: Uint8Array;
  /** Unix seconds: when Debian built the program. */
  readonly date: number;
}

const PACKAGE = "busybox-static";
const FOLDERS: readonly (readonly [path: string, mode: number])[] = [
  ["bin", 0o755],
  ["dev", 0o755],
  ["etc", 0o755],
  ["home", 0o755],
  ["proc", 0o755],
  ["root", 0o700],
  ["sbin", 0o755],
  ["sys", 0o755],
  ["tmp", 0o1777],
  ["usr", 0o755],
  ["usr/bin", 0o755],
  ["usr/sbin", 0o755],
  ["var", 0o755],
];
const FILES: Readonly<Record<string, string>> = {
  "etc/passwd":
    "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
  "etc/group": "root:x:0:\ndaemon:x:1:\ntty:x:5:\nnogroup:x:65534:\n",
  "etc/shadow": "root:*:0:0:99999:7:::\ndaemon:*:0:0:99999:7:::\nnobody:*:0:0:99999:7:::\n",
};

/**
 * Makes the root from Debian's busybox-static, of this host or downloaded into `folder`. The same package
 * gives the same bytes. Throws `unavailable` when the package cannot be had.
 */
export async function makeBusyboxRoot(folder: string, signal: AbortSignal | undefined): Promise<BusyboxRoot> {
  const program = (await installedProgram()) ?? (await downloadedProgram(folder, signal));
  const applets = await run([program, "--list-full"]);
  if (applets.exitCode !== 0) {
    throw new EngineError("unavailable", `${program} --list-full failed: ${applets.stderr.trim()}`);
  }
  const date = Math.floor(statSync(program).mtimeMs / 1000);
  const links = applets.stdout.split("\n").filter((each) => /^[a-z]+(?:\/[\w.[-]+)+$/.test(each));
  return { tar: writeRoot(readFileSync(program), links, date), date };
}

async function installedProgram(): Promise<string | undefined> {
  if (Bun.which("dpkg-query") === null) return undefined;
  const { exitCode, stdout } = await run(["dpkg-query", "-L", PACKAGE]);
  if (exitCode !== 0) return undefined;
  return stdout.split("\n").find((each) => each.endsWith("bin/busybox"));
}

async function downloadedProgram(folder: string, signal: AbortSignal | undefined): Promise<string> {
  for (const needed of ["apt-get", "dpkg-deb"]) {
    if (Bun.which(needed) === null) {
      throw new EngineError("unavailable", `${needed} is not installed`, {
        hint: `install ${PACKAGE} by hand, or run this on Debian`,
      });
    }
  }
  const options = { cwd: folder, ...(signal === undefined ? {} : { signal }) };
  const download = await run(["apt-get", "download", PACKAGE], options);
  const archive = readdirSync(folder).find((each) => each.endsWith(".deb"));
  if (download.exitCode !== 0 || archive === undefined) {
    throw new EngineError("unavailable", `cannot download ${PACKAGE}: ${lastLine(download.stderr)}`, {
      hint: "check the network, or run apt-get update",
    });
  }
  const unpacked = join(folder, "unpacked");
  const unpack = await run(["dpkg-deb", "-x", archive, unpacked], options);
  if (unpack.exitCode !== 0) {
    throw new EngineError("unavailable", `cannot unpack ${archive}: ${lastLine(unpack.stderr)}`);
  }
  const listed = await run(["find", unpacked, "-type", "f", "-name", "busybox", "-perm", "-111"]);
  const program = listed.stdout.split("\n").find((each) => each.endsWith("bin/busybox"));
  if (program === undefined) throw new EngineError("unavailable", `no busybox in ${archive}`);
  return program;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

function writeRoot(program: Uint8Array, applets: readonly string[], date: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new TarWriter((bytes) => parts.push(Uint8Array.from(bytes)));
  const add = (
    kind: TarKind,
    path: string,
    { mode, link = "", content }: { mode: number; link?: string; content?: Uint8Array },
  ): void => {
    writer.entry({
      kind,
      path: toByteString(path),
      linkPath: toByteString(link),
      mode,
      uid: 0,
      gid: 0,
      mtimeSeconds: date,
      size: content?.length ?? 0,
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: [],
    });
    if (content !== undefined) writer.content(content);
  };
  for (const [path, mode] of FOLDERS) add("directory", `${path}/`, { mode });
  for (const [path, text] of Object.entries(FILES)) {
    add("file", path, { mode: path === "etc/shadow" ? 0o640 : 0o644, content: Buffer.from(text) });
  }
  add("file", "bin/busybox", { mode: 0o755, content: program });
  const folders = new Set(FOLDERS.map(([path]) => path));
  for (const path of [...new Set(applets)].sort()) {
    const known = folders.has(path.slice(0, path.lastIndexOf("/")));
    if (known && path !== "bin/busybox") add("symlink", path, { mode: 0o777, link: "/bin/busybox" });
  }
  writer.end();
  return Buffer.concat(parts);
}
