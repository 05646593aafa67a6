import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSeccomp, type SeccompRequest } from "./seccomp.ts";

let folder = "";
let request: SeccompRequest;
const profile = {
  defaultAction: "SCMP_ACT_ERRNO",
  defaultErrnoRet: 38,
  archMap: [
    { architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
    { architecture: "SCMP_ARCH_AARCH64", subArchitectures: ["SCMP_ARCH_ARM"] },
  ],
  syscalls: [
    { names: ["read", "write"], action: "SCMP_ACT_ALLOW", args: [], includes: {}, excludes: {} },
    { names: ["chroot"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_SYS_CHROOT"] } },
    {
      names: ["chroot"],
      action: "SCMP_ACT_ERRNO",
      errnoRet: 1,
      errno: "EPERM",
      excludes: { caps: ["CAP_SYS_CHROOT"] },
    },
    { names: ["arch_prctl"], action: "SCMP_ACT_ALLOW", includes: { arches: ["amd64", "x32"] } },
    { names: ["ptrace"], action: "SCMP_ACT_ALLOW", includes: { minKernel: "4.8" } },
    {
      name: "personality",
      action: "SCMP_ACT_ALLOW",
      args: [{ index: 0, value: 8, valueTwo: 0, op: "SCMP_CMP_EQ" }],
    },
  ],
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "strake-seccomp-"));
  const defaultProfile = join(folder, "seccomp.json");
  writeFileSync(defaultProfile, JSON.stringify(profile));
  request = { capabilities: ["CAP_SYS_CHROOT"], architecture: "amd64", kernel: [6, 1], defaultProfile };
});
afterAll(() => rmSync(folder, { recursive: true }));

function names(overrides: Partial<SeccompRequest>): string[] {
  const rules = openSeccomp({ ...request, ...overrides })?.syscalls ?? [];
  return rules.map((rule) => `${rule.names.join(",")}:${rule.action.slice(9)}`);
}

describe("the default profile", () => {
  test("becomes the runtime's form, without what only Docker's form has and without x32", () => {
    const filter = openSeccomp(request);
    expect({ ...filter, syscalls: filter?.syscalls.slice(0, 5) }).toEqual({
      defaultAction: "SCMP_ACT_ERRNO",
      defaultErrnoRet: 38,
      architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
      syscalls: [
        { names: ["read", "write"], action: "SCMP_ACT_ALLOW" },
        { names: ["chroot"], action: "SCMP_ACT_ALLOW" },
        { names: ["arch_prctl"], action: "SCMP_ACT_ALLOW" },
        { names: ["ptrace"], action: "SCMP_ACT_ALLOW" },
        {
          names: ["personality"],
          action: "SCMP_ACT_ALLOW",
          args: [{ index: 0, value: 8, op: "SCMP_CMP_EQ" }],
        },
      ],
    });
  });

  test("allows less to a container with fewer capabilities", () => {
    expect(names({ capabilities: [] })).toContain("chroot:ERRNO");
    expect(names({ capabilities: [] })).not.toContain("chroot:ALLOW");
  });

  test("follows the architecture and the kernel's version", () => {
    expect(names({ architecture: "arm64" })).not.toContain("arch_prctl:ALLOW");
    expect(names({ kernel: [4, 7] })).not.toContain("ptrace:ALLOW");
    expect(names({ kernel: [4, 8] })).toContain("ptrace:ALLOW");
    expect(openSeccomp({ ...request, architecture: "arm64" })?.architectures).toEqual([
      "SCMP_ARCH_AARCH64",
      "SCMP_ARCH_ARM",
    ]);
  });

  test("that is missing is an error that names the package", () => {
    const missing = { ...request, defaultProfile: join(folder, "none.json") };
    expect(() => openSeccomp(missing)).toThrow("no default seccomp profile");
    try {
      openSeccomp(missing);
    } catch (error) {
      expect(error).toMatchObject({ kind: "unavailable" });
      expect(String(Reflect.get(Object(error), "hint"))).toContain("golang-github-containers-common");
    }
  });
});

describe("a profile of the user", () => {
  test("unconfined means no filter", () => {
    expect(openSeccomp({ ...request, profile: "unconfined" })).toBeUndefined();
  });

  test("builtin is the default", () => {
    expect(openSeccomp({ ...request, profile: "builtin" })).toEqual(openSeccomp(request));
  });

  test("replaces the default", () => {
    const text = JSON.stringify({
      defaultAction: "SCMP_ACT_ALLOW",
      architectures: ["SCMP_ARCH_X86_64"],
      syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO" }],
    });
    expect(openSeccomp({ ...request, profile: text })).toEqual({
      defaultAction: "SCMP_ACT_ALLOW",
      architectures: ["SCMP_ARCH_X86_64"],
      syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO" }],
    });
  });

  test.each([
    ["{", "Decoding seccomp profile failed"],
    ["[]", "Decoding seccomp profile failed"],
    ['{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":"x","action":"y"}]}', "Decoding seccomp"],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["a"],"archMap":[{"architecture":"a"}]}',
      "both 'architectures'",
    ],
    [
      '{"defaultAction":"A","syscalls":[{"names":["x"],"action":"y","args":[{"index":0,"value":18446744073709551615,"op":"e"}]}]}',
      "larger than 2^53",
    ],
  ])("%s is refused", (text, message) => {
    expect(() => openSeccomp({ ...request, profile: text })).toThrow(message);
  });
});
