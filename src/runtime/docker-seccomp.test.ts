import { expect, test } from "bun:test";
import { dockerSeccomp } from "./docker-seccomp.ts";
import { toLinuxSeccomp } from "./seccomp-profile.ts";

/** As permissive as the profile that the distribution ships. */
const shipped = {
  defaultAction: "SCMP_ACT_ERRNO",
  defaultErrnoRet: 38,
  syscalls: [
    { names: ["vmsplice", "swapon"], action: "SCMP_ACT_ERRNO", errnoRet: 1 },
    {
      names: ["read", "clone", "clone3", "mount", "unshare", "keyctl", "mbind", "reboot"],
      action: "SCMP_ACT_ALLOW",
    },
    { names: ["setns", "bpf"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_SYS_ADMIN"] } },
    { names: ["socket"], action: "SCMP_ACT_ALLOW", includes: { caps: ["CAP_AUDIT_WRITE"] } },
  ],
};

function answers(name: string, capabilities: readonly string[] = [], architecture = "amd64") {
  const filter = toLinuxSeccomp(dockerSeccomp(shipped), { capabilities, architecture, kernel: [6, 1] });
  return filter.syscalls
    .filter(({ names }) => names.includes(name))
    .map(({ action, errnoRet, args }) =>
      [action.slice(9), errnoRet, args].filter((part) => part !== undefined),
    );
}

test("a container makes no namespaces and no mounts unless it administers the system", () => {
  for (const name of ["mount", "umount2", "unshare", "setns", "fsopen", "open_tree"]) {
    expect(answers(name)).toEqual([["ERRNO", 1]]);
    expect(answers(name, ["CAP_SYS_ADMIN"])).toEqual([["ALLOW"]]);
  }
});

test("a container starts processes, but not in new namespaces", () => {
  const masked = (value: number, valueTwo?: number) => [
    { index: 0, value, ...(valueTwo === undefined ? {} : { valueTwo }), op: "SCMP_CMP_MASKED_EQ" },
  ];
  expect(answers("clone")).toEqual([
    ["ALLOW", masked(0x7e020000)],
    ...[17, 25, 26, 27, 28, 29, 30].map((bit) => ["ERRNO", 1, masked(2 ** bit, 2 ** bit)]),
  ]);
  expect(answers("clone3")).toEqual([["ERRNO", 38]]);
  expect(answers("clone", ["CAP_SYS_ADMIN"])).toEqual([["ALLOW"]]);
  expect(answers("clone3", ["CAP_SYS_ADMIN"])).toEqual([["ALLOW"]]);
});

test("the flags of clone are looked for where the architecture has them", () => {
  expect(JSON.stringify(answers("clone", [], "s390x"))).not.toContain('"index":0');
  expect(JSON.stringify(answers("clone", [], "arm64"))).not.toContain('"index":1');
});

test("keyrings and VM sockets are out of reach, whatever the capabilities", () => {
  expect(answers("keyctl", ["CAP_SYS_ADMIN"])).toEqual([["ERRNO", 1]]);
  expect(answers("pivot_root", ["CAP_SYS_ADMIN"])).toEqual([["ERRNO", 1]]);
  expect(answers("socket", ["CAP_AUDIT_WRITE"])).toEqual([
    ["ALLOW", [{ index: 0, value: 40, op: "SCMP_CMP_NE" }]],
    ["ERRNO", 1, [{ index: 0, value: 40, op: "SCMP_CMP_EQ" }]],
  ]);
});

test("one of several capabilities is enough", () => {
  expect(answers("bpf")).toEqual([["ERRNO", 1]]);
  expect(answers("bpf", ["CAP_BPF"])).toEqual([["ALLOW"]]);
  expect(answers("mbind", ["CAP_SYS_NICE"])).toEqual([["ALLOW"]]);
  expect(answers("reboot", ["CAP_SYS_ADMIN"])).toEqual([["ERRNO", 1]]);
});

test("what Docker decides as the shipped profile does stays", () => {
  expect(answers("read")).toEqual([["ALLOW"]]);
  expect(answers("swapon")).toEqual([["ERRNO", 1]]);
  expect(answers("vmsplice")).toEqual([["ALLOW"]]);
  expect(dockerSeccomp(shipped)).toMatchObject({ defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 38 });
});
