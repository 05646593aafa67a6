import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

const BUSYBOX = "/bin/busybox";
const COMMANDS =
  "cat chmod date dd df echo env expr false find grep head hostname id kill ln ls mkdir mv nc ping ps pwd readlink rm sed seq sh sleep sort stat stty tail tar test touch tr true tty umask uname wc whoami wget";
const CREATED = "2024-01-02T03:04:05Z";

/** True when the static busybox that the fixture is made of is here (Debian: `busybox-static`). */
export const hasBusybox = existsSync(BUSYBOX);

export interface BusyboxImage {
  /** `repository:tag`. */
  readonly reference: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A docker-archive with one small image of `/bin/busybox`: the same bytes, and so the same image ID, on every call. */
export async function busyboxArchive({ reference, config }: BusyboxImage): Promise<Uint8Array> {
  const layer = await busyboxLayer();
  const image = JSON.stringify({
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    config: { Env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], Cmd: ["sh"], ...config },
    created: CREATED,
    history: [{ created: CREATED, created_by: "ADD busybox /", comment: "fixture" }],
    os: "linux",
    rootfs: { type: "layers", diff_ids: [`sha256:${hash(layer)}`] },
  });
  const name = `${hash(image)}.json`;
  const manifest = JSON.stringify([{ Config: name, RepoTags: [reference], Layers: ["layer.tar"] }]);
  return tar([
    { path: "layer.tar", data: layer },
    { path: name, data: image },
    { path: "manifest.json", data: manifest },
  ]);
}

/** The root file system as a tar: `bin/busybox` with links to it, and the few folders and files that programs expect. */
export async function busyboxLayer(): Promise<Uint8Array> {
  const folders = ["bin/", "dev/", "etc/", "proc/", "root/", "sys/", "tmp/", "var/"];
  return tar([
    ...folders.map((path) => ({ path, mode: path === "tmp/" ? 0o1777 : 0o755 })),
    { path: "bin/busybox", mode: 0o755, data: new Uint8Array(await readFile(BUSYBOX)) },
    ...COMMANDS.split(" ").map((name) => ({ path: `bin/${name}`, link: "busybox" })),
    { path: "etc/group", data: "root:x:0:\ndaemon:x:1:\nnobody:x:65534:\n" },
    {
      path: "etc/passwd",
      data: "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n",
    },
  ]);
}

export interface FixtureEntry {
  readonly path: string;
  readonly mode?: number;
  readonly data?: string | Uint8Array;
  /** Target of a symbolic link. */
  readonly link?: string;
}

/** A plain ustar archive with fixed times and owners; a path that ends in `/` is a folder. */
export function tar(entries: readonly FixtureEntry[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const data = typeof entry.data === "string" ? new TextEncoder().encode(entry.data) : entry.data;
    const size = data?.length ?? 0;
    return [header(entry, size), data ?? new Uint8Array(0), new Uint8Array((512 - (size % 512)) % 512)];
  });
  return Buffer.concat([...parts, new Uint8Array(1024)]);
}

function header({ path, mode = 0o644, link = "" }: FixtureEntry, size: number): Uint8Array {
  const block = Buffer.alloc(512);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  const type = link !== "" ? "2" : path.endsWith("/") ? "5" : "0";
  block.write(path, 0);
  block.write(octal(link === "" ? mode : 0o777, 7), 100);
  block.write(octal(0, 7) + octal(0, 7) + octal(size, 11) + octal(1_704_164_645, 11), 108);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(link, 157);
  block.write("ustar\x0000", 257);
  block.write(
    octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
  );
  return block;
}

function hash(data: string | Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(data).digest("hex");
}
