import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { getXattr, isMountPoint, setXattr } from "../../src/host/index.ts";
import { tar } from "../support/busybox-archive.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";
import { fsck } from "../support/fsck.ts";

setDefaultTimeout(20_000);
let at: EngineRoot;
beforeAll(async () => {
  at = await engineRoot();
});
afterEach(async () => {
  for (const { record } of await at.engine.containers.list({ all: true })) {
    await at.engine.containers.remove(record.id, { force: true });
  }
  await at.cli(["volume", "prune", "-af"]);
  await at.expectNothingLeft();
  expect(fsck(at.root.env)).toEqual([]);
});
afterAll(() => at[Symbol.asyncDispose]());

/** Runs a shell line in a container with volumes; what it printed. */
async function sh(line: string, ...options: readonly string[]): Promise<string> {
  const words = ["run", "--rm", "--network", "none", ...options, IMAGE, "sh", "-c", line];
  const { stdout, stderr } = await at.cli(words);
  return stdout + stderr;
}

const dataOf = async (name: string) => (await at.engine.volumes.inspect(name)).path;

test("a volume holds while any container has it, even one that only inherited it", async () => {
  await at.cli(["create", "--name", "first", "--network", "none", "-v", "held:/v", IMAGE]);
  await at.cli(["create", "--name", "second", "--network", "none", "--volumes-from", "first", IMAGE]);
  await at.cli(["rm", "first"]);
  const refused = await at.cli(["volume", "rm", "held"]);
  expect(refused.stderr).toContain("remove held: volume is in use");
  await at.cli(["rm", "-v", "second"]);
  expect((await at.cli(["volume", "rm", "held"])).stdout).toBe("held\n");
});

test("a fresh volume gets what the image has at its place, also through links and below other volumes", async () => {
  const image = join(at.root.path, "content");
  mkdirSync(join(image, "data/sub"), { recursive: true });
  writeFileSync(join(image, "data/f"), "f");
  writeFileSync(join(image, "data/sub/s"), "s");
  const marked = `cd ${image}/data; ln f hard; ln -s f soft; ln -s ../../data ../sub-link; mkfifo fifo
    chown 5:6 f; chmod 4711 f; chown 1000:1001 . ; chmod 2750 .; chown 7:8 sub; touch -d @1000000000 f sub
    mkdir -p ../home/u; ln -s ../../data ../home/u/up`;
  expect((await Bun.$`sh -c ${marked}`.nothrow().quiet()).stderr.toString()).toBe("");
  setXattr(join(image, "data/f"), "user.note", Buffer.from("kept"));
  await Bun.$`tar --xattrs -C ${image} -cf ${image}.tar .`.quiet();
  await Bun.$`tar -C / -rf ${image}.tar bin/busybox`.quiet();
  const declared = ["--change", "VOLUME declared", "--change", 'CMD ["/bin/busybox"]'];
  expect((await at.cli(["import", ...declared, `${image}.tar`, "content:1"])).exitCode).toBe(0);
  const look = async (target: string, ...options: readonly string[]) => {
    const line = `cd ${target}; stat -c '%n %a %u:%g %h %Y' f hard; stat -c '%n %a %u:%g' . fifo sub; readlink soft; cat sub/s; grep -c ' /declared ' /proc/mounts`;
    const words = ["run", "--rm", "--network", "none", ...options, "content:1", "/bin/busybox", "sh", "-c"];
    const { stdout, stderr } = await at.cli([...words, line]);
    return stdout + stderr;
  };
  const shown =
    "f 4711 5:6 2 1000000000\nhard 4711 5:6 2 1000000000\n. 2750 1000:1001\nfifo 644 0:0\nsub 755 7:8\nf\ns1\n";
  expect(await look("/data", "-v", "own:/data")).toBe(shown);
  expect(await look("/other", "-v", "own:/other")).toBe(shown);
  expect(await look("/data", "-v", "linked:/home/u/up")).toBe(shown);
  expect(await look("/data", "-v", "outer:/data", "-v", "inner:/data/sub")).toBe(shown);
  expect(readdirSync(await dataOf("inner"))).toEqual(["s"]);
  for (const name of ["own", "linked", "outer"]) {
    expect(getXattr(join(await dataOf(name), "f"), "user.note")).toEqual(new Uint8Array(Buffer.from("kept")));
  }
  await at.cli(["rmi", "content:1"]);
});

test("a volume over a file of the image is refused, and so is a driver that is not here", async () => {
  const create = (...options: readonly string[]) =>
    at.cli(["create", "--network", "none", ...options, IMAGE, "true"]);
  expect((await create("-v", "over:/etc/passwd")).stderr).toContain("/etc/passwd is not directory");
  await at.cli(["volume", "create", "known"]);
  const other = await create("--mount", "type=volume,src=known,dst=/v,volume-driver=nosuch");
  expect(other.stderr).toContain('plugin "nosuch" not found');
  expect((await at.cli(["ps", "-aq"])).stdout).toBe("");
});

test("a creation that fails leaves a volume with data that it was given by name", async () => {
  const name = (await at.cli(["volume", "create"])).stdout.trim();
  await sh("echo kept > /v/f", "-v", `${name}:/v`);
  await at.cli(["create", "--name", "taken", "--network", "none", IMAGE]);
  const clash = await at.cli(["create", "--name", "taken", "--network", "none", "-v", `${name}:/v`, IMAGE]);
  expect(clash.exitCode).toBe(1);
  expect(await sh("cat /v/f", "-v", `${name}:/v`)).toBe("kept\n");
});

test("a device is mounted while a container runs with it, and its files outlive the volume", async () => {
  const device = join(at.root.path, "device");
  mkdirSync(device);
  writeFileSync(join(device, "f"), "of the device");
  const options = ["-o", "type=none", "-o", "o=bind", "-o", `device=${device}`];
  await at.cli(["volume", "create", "bound", ...options]);
  const id = await at.start(["sleep", "1000"], { hostConfig: { Binds: ["bound:/v"] } });
  const path = await dataOf("bound");
  expect(isMountPoint(path)).toBe(true);
  expect(await sh("cat /v/f; echo 1 > /v/g", "-v", "bound:/v")).toBe("of the device");
  expect(isMountPoint(path)).toBe(true);
  await at.engine.containers.remove(id, { force: true });
  expect(isMountPoint(path)).toBe(false);
  expect((await at.cli(["volume", "rm", "bound"])).exitCode).toBe(0);
  expect(readdirSync(device).sort()).toEqual(["f", "g"]);
});

test("a device that a crash left mounted is taken away before the volume's folder is deleted", async () => {
  const device = join(at.root.path, "crashed");
  mkdirSync(device);
  writeFileSync(join(device, "f"), "");
  const options = ["-o", "type=none", "-o", "o=bind", "-o", `device=${device}`];
  await at.cli(["volume", "create", "bound", ...options]);
  await Bun.$`mount --bind ${device} ${await dataOf("bound")}`.quiet();
  expect((await at.cli(["volume", "rm", "bound"])).exitCode).toBe(0);
  expect(readdirSync(device)).toEqual(["f"]);
});

test("a device that is gone is named, and the volume can be removed", async () => {
  await at.cli([
    "volume",
    "create",
    "gone",
    "-o",
    "type=none",
    "-o",
    "o=bind",
    "-o",
    "device=/nosuch/device",
  ]);
  const { stderr, exitCode } = await at.cli([
    "run",
    "--rm",
    "--network",
    "none",
    "-v",
    "gone:/v",
    IMAGE,
    "true",
  ]);
  expect(stderr).toContain("mount /nosuch/device:");
  expect(stderr).toContain("no such file or directory");
  expect(exitCode).toBe(127);
  expect((await at.cli(["volume", "rm", "gone"])).exitCode).toBe(0);
});

test("a volume whose folder somebody removed is named where it is used, and stands in nobody's way", async () => {
  for (const name of ["lost", "kept"]) await at.cli(["volume", "create", name]);
  await at.cli(["run", "--rm", "--network", "none", "-v", "kept:/v", IMAGE, "sh", "-c", "echo 1 > /v/f"]);
  const path = await dataOf("lost");
  rmSync(dirname(path), { recursive: true });
  const told = `lstat ${path}: no such file or directory`;
  expect(await sh("true", "-v", "lost:/v")).toContain(told);
  expect((await at.cli(["volume", "export", "lost"])).stderr).toContain(told);
  expect((await at.cli(["volume", "clone", "lost", "copy"])).stderr).toContain(told);
  const format = ["--format", "{{.Type}} {{.TotalCount}} {{.Size}}"];
  expect((await at.cli(["system", "df", ...format])).stdout).toContain("Local Volumes 2 2B\n");
  expect((await at.cli(["system", "df", "-v"])).stdout).toMatch(/^lost +0 +-1B$/m);
  expect((await at.cli(["volume", "prune", "-a", "--dry-run"])).stdout).toContain("\nkept\nlost\n");
  expect((await at.cli(["volume", "prune", "-a", "-f"])).stdout).toContain("Total reclaimed space: 2B\n");
});

test("a server without an address is named, and the volume can be removed", async () => {
  const options = ["-o", "type=nfs", "-o", "device=:/x", "-o", "o=addr=nosuch.invalid,rw"];
  await at.cli(["volume", "create", "far", ...options]);
  const { stderr } = await at.cli(["run", "--rm", "--network", "none", "-v", "far:/v", IMAGE, "true"]);
  expect(stderr).toContain("error resolving passed in network volume address: lookup nosuch.invalid: ");
  expect((await at.cli(["volume", "rm", "far"])).exitCode).toBe(0);
});

test("a part of a volume is never a path outside of it, whatever another container exchanges meanwhile", async () => {
  const secret = join(at.root.path, "secret");
  mkdirSync(secret, { recursive: true });
  writeFileSync(join(secret, "f"), "secret");
  await sh("mkdir -p /v/part; echo own > /v/part/f", "-v", "shared:/v");
  const swap = `while :; do mv /v/part /v/old; ln -s ${secret} /v/part; rm /v/part; mv /v/old /v/part; done`;
  await at.start(["sh", "-c", swap], { hostConfig: { Binds: ["shared:/v"] } });
  const mount = "type=volume,src=shared,dst=/p,volume-subpath=part";
  for (let round = 0; round < 8; round++) {
    expect(await sh("cat /p/f 2>/dev/null", "--mount", mount)).not.toContain("secret");
  }
});

test("export, import and clone carry files, links, owners and modes", async () => {
  const line =
    "mkdir /v/d; echo 1 > /v/f; ln /v/f /v/d/hard; ln -s ../f /v/d/soft; chmod 4750 /v/f; chmod 700 /v; touch -d @1000000000 /v/f";
  await sh(line, "-v", "one:/v", "--user", "0");
  const file = join(at.root.path, "one.tar");
  expect(await at.cli(["volume", "export", "one", "-o", file])).toMatchObject({ stdout: "", exitCode: 0 });
  expect((await at.cli(["volume", "import", "--label", "a=b", "-i", file, "two"])).stdout).toBe("two\n");
  expect((await at.cli(["volume", "clone", "one", "three"])).stdout).toBe("three\n");
  const look = "cd /v; stat -c '%n %a %u %h %Y' f d/hard; readlink d/soft; stat -c %a /v";
  const shown = await sh(look, "-v", "one:/v");
  expect(shown).toBe("f 4750 0 2 1000000000\nd/hard 4750 0 2 1000000000\n../f\n700\n");
  expect(await sh(look, "-v", "two:/v")).toBe(shown);
  expect(await sh(look, "-v", "three:/v")).toBe(shown);
  expect((await at.engine.volumes.inspect("two")).labels).toEqual({ a: "b" });
  const taken = await at.cli(["volume", "import", "-i", file, "two"]);
  expect(taken.stderr).toContain("a volume with the name two already exists");
  expect((await at.cli(["volume", "clone", "nosuch", "four"])).stderr).toContain(
    "get nosuch: no such volume",
  );
});

test("a clone keeps the holes of files, and a file of zeros whole", async () => {
  await at.cli(["volume", "create", "holes"]);
  const line = `cd ${await dataOf("holes")}; truncate -s 1G none; truncate -s 1G some
    printf data | dd of=some bs=1 seek=500000000 conv=notrunc 2>/dev/null; head -c 100000 /dev/zero > zeros`;
  await Bun.$`sh -c ${line}`.quiet();
  expect((await at.cli(["volume", "clone", "holes", "cloned"])).stderr).toBe("");
  const files = async (name: string) => {
    const folder = await dataOf(name);
    return ["none", "some", "zeros"].map((file) => {
      const { size, blocks } = statSync(join(folder, file));
      return { file, size, blocks };
    });
  };
  expect(await files("cloned")).toEqual(await files("holes"));
  const some = await open(join(await dataOf("cloned"), "some"));
  const { buffer } = await some.read(Buffer.alloc(6), 0, 6, 499_999_999);
  await some.close();
  expect(buffer.toString("latin1")).toBe("\0data\0");
});

test("a hostile archive writes nothing outside of its volume, and a bad one leaves no volume", async () => {
  const victim = join(at.root.path, "victim");
  const file = join(at.root.path, "hostile.tar");
  const entries = [
    { path: "link", link: at.root.path },
    { path: "link/victim", data: "through a link" },
    { path: "abs", link: victim },
    { path: "abs", data: "in place of a link" },
    { path: "ok", data: "ok" },
  ];
  await Bun.write(file, tar(entries));
  await at.cli(["volume", "import", "-i", file, "hostile"]);
  await Bun.write(
    file,
    tar([
      { path: "ok", data: "ok" },
      { path: "../../../../../victim", data: "x" },
    ]),
  );
  await at.cli(["volume", "import", "-i", file, "upward"]);
  await Bun.write(file, tar([{ path: `${victim}`, data: "x" }]));
  await at.cli(["volume", "import", "-i", file, "absolute"]);
  expect(existsSync(victim)).toBe(false);
  await Bun.write(file, tar(entries).slice(0, 700));
  expect((await at.cli(["volume", "import", "-i", file, "cut"])).exitCode).toBe(1);
  expect((await at.cli(["volume", "ls", "-q", "-f", "name=cut"])).stdout).toBe("");
});

test("an import takes compressed archives, and none that stops before its end", async () => {
  const whole = Buffer.from(tar([{ path: "d/" }, { path: "d/f", data: "data" }]));
  const packed = [gzipSync(whole), zstdCompressSync(whole)];
  for (const archive of [whole, ...packed]) {
    const file = join(at.root.path, "packed.tar");
    await Bun.write(file, archive);
    for (const source of [{ words: ["-i", file] }, { words: [], stdin: archive }]) {
      const { words, ...options } = source;
      expect(await at.cli(["volume", "import", ...words, "packed"], options)).toMatchObject({ stderr: "" });
      expect(readFileSync(join(await dataOf("packed"), "d/f"), "utf8")).toBe("data");
      await at.cli(["volume", "rm", "packed"]);
    }
  }
  // Cut between two entries, in an entry, in compressed bytes; and what a sender that failed at once leaves.
  const cut = [whole.subarray(0, 512), whole.subarray(0, 1200), ...packed.map((all) => all.subarray(0, -9))];
  for (const archive of [...cut, new Uint8Array()]) {
    const { stderr, exitCode } = await at.cli(["volume", "import", "cut"], { stdin: archive });
    expect({ exitCode, told: stderr !== "" }).toEqual({ exitCode: 1, told: true });
    expect((await at.cli(["volume", "ls", "-q"])).stdout).toBe("");
  }
});

test("processes that make one name at once all get the same volume, and of imports one wins", async () => {
  const made = await Promise.all([1, 2, 3, 4].map(() => at.cli(["volume", "create", "same"])));
  expect(made.map(({ stdout }) => stdout)).toEqual(Array(4).fill("same\n"));
  const events = at.store.rows(
    "SELECT 1 FROM events WHERE type = 'volume' AND action = 'create' AND actor = 'same'",
  );
  expect(events.length).toBe(1);
  const archive = Buffer.from(tar([{ path: "f", data: "f" }]));
  const file = join(at.root.path, "race.tar");
  await Bun.write(file, archive);
  const imported = await Promise.all([1, 2, 3].map(() => at.cli(["volume", "import", "-i", file, "raced"])));
  expect(imported.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1, 1]);
  expect(readFileSync(join(await dataOf("raced"), "f"), "utf8")).toBe("f");
});

test("an import that was killed leaves nothing after the next command", async () => {
  const importing = at.spawn(["volume", "import", "killed"], { stdin: "pipe" });
  importing.stdin?.write(tar([{ path: "f", data: "f".repeat(100_000) }]).slice(0, 60_000));
  importing.stdin?.flush();
  const folder = join(at.store.root, "volumes");
  const staged = () =>
    existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(".new-")) : [];
  while (staged().length === 0) await Bun.sleep(5);
  importing.kill("SIGKILL");
  await importing.exited;
  expect((await at.cli(["volume", "ls", "-q"])).stdout).toBe("");
  expect(staged()).toEqual([]);
});
