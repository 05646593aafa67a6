import { describe, expect, test } from "bun:test";
import { findPlace, readIdList } from "./host-facts.ts";
import { toMounts } from "./mounts.ts";
import { toRootPropagation } from "./propagation.ts";
import { type Sample, sampleInput } from "./sample-input.ts";
import type { MountPoint } from "./types.ts";

const bind: MountPoint = {
  Type: "bind",
  Source: "/src",
  Destination: "/b",
  Mode: "",
  RW: true,
  Propagation: "rprivate",
};

function line(target: string, sample: Sample): string {
  const mount = toMounts(sampleInput(sample)).find(({ destination }) => destination === target);
  return mount === undefined ? "none" : `${mount.type} ${mount.source} ${mount.options.join(",")}`;
}

describe("a mount of the user", () => {
  const old = { ...sampleInput().facts, kernel: [5, 10] as const };
  const cases: [string, Sample, string][] = [
    ["a bind", { mounts: [bind] }, "bind /src rbind,rprivate"],
    [
      "a read-only bind is so all the way down",
      { mounts: [{ ...bind, RW: false }] },
      "bind /src rbind,rro,rprivate",
    ],
    [
      "an older kernel makes only the top read-only",
      { mounts: [{ ...bind, RW: false }], input: { facts: old } },
      "bind /src rbind,ro,rprivate",
    ],
    [
      "a bind that is not recursive",
      { mounts: [{ ...bind, request: { Type: "bind", Target: "/b", BindOptions: { NonRecursive: true } } }] },
      "bind /src bind,rprivate",
    ],
    ["a volume", { mounts: [{ ...bind, Type: "volume", Propagation: "" }] }, "bind /src rbind"],
    [
      "a tmpfs with options",
      {
        mounts: [
          {
            ...bind,
            Type: "tmpfs",
            Source: "",
            request: { Type: "tmpfs", Target: "/b", TmpfsOptions: { SizeBytes: 1000, Mode: 0o700 } },
          },
        ],
      },
      "tmpfs tmpfs noexec,nosuid,nodev,rprivate,mode=700,size=1000",
    ],
    [
      "--tmpfs",
      { hostConfig: { Tmpfs: { "/b": "exec,mode=700" } } },
      "tmpfs tmpfs nosuid,nodev,rprivate,exec,mode=700",
    ],
    [
      "an image",
      {
        mounts: [{ ...bind, Type: "image", Source: "", RW: false }],
        input: { sources: new Map([["/b", "/img"]]) },
      },
      "bind /img rbind,rro,rprivate",
    ],
  ];
  test.each(cases)("%s", (_, sample, expected) => {
    expect(line("/b", sample)).toBe(expected);
  });

  test("that was not prepared is an error, never another path", () => {
    expect(() => line("/b", { mounts: [{ ...bind, Type: "image", Source: "" }] })).toThrow(
      "was not prepared",
    );
  });

  test("on /dev hides everything of the kernel below it", () => {
    const targets = toMounts(sampleInput({ mounts: [{ ...bind, Destination: "/dev" }] })).map(
      (m) => m.destination,
    );
    expect(targets).toEqual([
      "/proc",
      "/sys",
      "/sys/fs/cgroup",
      "/dev",
      "/etc/resolv.conf",
      "/etc/hostname",
      "/etc/hosts",
    ]);
  });

  test("on /etc/hosts replaces the engine's file", () => {
    expect(line("/etc/hosts", { mounts: [{ ...bind, Destination: "/etc/hosts" }] })).toBe(
      "bind /src rbind,rprivate",
    );
  });

  test("comes after the one it lies in", () => {
    const mounts = [
      { ...bind, Destination: "/a/b/c" },
      { ...bind, Destination: "/a" },
    ];
    const targets = toMounts(sampleInput({ mounts })).map(({ destination }) => destination);
    expect(targets.indexOf("/a")).toBeLessThan(targets.indexOf("/a/b/c"));
  });
});

describe("shared memory", () => {
  const cases: [string, Sample, string][] = [
    [
      "is the container's own",
      { hostConfig: { ShmSize: 1000 } },
      "tmpfs shm nosuid,noexec,nodev,mode=1777,size=1000",
    ],
    ["is the host's", { hostConfig: { IpcMode: "host" } }, "bind /dev/shm rbind,rprivate"],
    ["is none", { hostConfig: { IpcMode: "none" } }, "none"],
    [
      "can be shared",
      { hostConfig: { IpcMode: "shareable" }, input: { shmPath: "/c/shm" } },
      "bind /c/shm rbind,rprivate",
    ],
  ];
  test.each(cases)("%s", (_, sample, expected) => {
    expect(line("/dev/shm", sample)).toBe(expected);
  });
});

test("the engine's files cannot be written in a read-only root", () => {
  expect(line("/etc/hosts", { hostConfig: { ReadonlyRootfs: true } })).toBe(
    "bind /c/hosts rbind,rro,rprivate",
  );
});

describe("propagation of the root", () => {
  const at = (propagation: string[]) => ({
    ...sampleInput().facts,
    placeOf: () => ({ target: "/m", propagation }),
  });
  const input = (mode: string, tags: string[]) =>
    sampleInput({ mounts: [{ ...bind, Propagation: mode }], input: { facts: at(tags) } });

  test("is left to the runtime for private binds", () => {
    expect(toRootPropagation(input("rprivate", []))).toBeUndefined();
  });

  test("follows the most open bind", () => {
    expect(toRootPropagation(input("rshared", ["shared:1"]))).toBe("shared");
    expect(toRootPropagation(input("rslave", ["master:1"]))).toBe("rslave");
  });

  test("is refused where the source cannot pass mounts on", () => {
    expect(() => toRootPropagation(input("shared", ["master:1"]))).toThrow(
      "path /src is mounted on /m but it is not a shared mount",
    );
    expect(() => toRootPropagation(input("slave", []))).toThrow(
      "path /src is mounted on /m but it is not a shared or slave mount",
    );
  });
});

test("a path lies on the mount with the longest target, the newest of equal ones", () => {
  const mounts = [
    { target: "/", propagation: ["shared:1"] },
    { target: "/a", propagation: [] },
    { target: "/a", propagation: ["master:2"] },
    { target: "/ab", propagation: [] },
  ];
  expect(findPlace("/a/x", mounts)).toEqual({ target: "/a", propagation: ["master:2"] });
  expect(findPlace("/abc", mounts)).toEqual({ target: "/", propagation: ["shared:1"] });
});

test("lists of numbers read as the kernel writes them", () => {
  expect([...(readIdList("0-2,5") ?? [])]).toEqual([0, 1, 2, 5]);
  expect(readIdList("3-1")).toBeUndefined();
  expect(readIdList("")).toBeUndefined();
});
