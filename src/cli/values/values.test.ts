import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorText, parseBytes, parseCsv } from "../../base/index.ts";
import { parseNanoCpus } from "./cpus.ts";
import {
  checkCgroupRule,
  parseDevice,
  parseThrottleBps,
  parseThrottleIops,
  parseWeightDevice,
} from "./device.ts";
import { checkDomain, checkIp, checkNamespaces, parseAddHost, parseLink } from "./hosts.ts";
import { parseKeyValueFile, toEnv, toLabels } from "./key-values.ts";
import { checkSysctl, parseRestart, parseUlimit } from "./limits.ts";
import { checkMac } from "./network.ts";
import { parseLogOptions, parseSecurityOptions, parseStorageOptions } from "./security.ts";
import { parseTimestamp } from "./timestamp.ts";
import { parseTmpfs, parseVolumes } from "./volume.ts";

function problem(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return errorText(error);
  }
  return "no problem";
}

const folder = mkdtempSync(join(tmpdir(), "strake-values-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test.each([
  ["0", 0],
  ["1", 1],
  ["1b", 1],
  ["1k", 1024],
  ["1KiB", 1024],
  ["1kb", 1024],
  ["1.5g", 1610612736],
  [".5m", 524288],
  ["1 m", 1048576],
  ["2T", 2 ** 41],
])("%p is %p bytes", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each([
  ["", "invalid size: ''"],
  ["x", "invalid size: 'x'"],
  ["-1", "invalid size: '-1'"],
  ["1x", "invalid suffix: 'x'"],
  ["1kk", "invalid suffix: 'kk'"],
  ["1ib", "invalid suffix: 'ib'"],
  [" 1g", 'strconv.ParseFloat: parsing " 1": invalid syntax'],
])("%p is no size", (text, message) => {
  expect(problem(() => parseBytes(text))).toBe(message);
});

test.each([
  ["1.5", 1.5e9],
  ["0.001", 1e6],
  ["1e2", 1e11],
  ["1/2", 5e8],
  ["-1", -1e9],
])("%p CPUs are %p billionths", (text, nano) => {
  expect(parseNanoCpus(text)).toBe(nano);
});

test("CPUs finer than a billionth are refused", () => {
  expect(problem(() => parseNanoCpus("0.0000000001"))).toBe("value is too precise");
  expect(problem(() => parseNanoCpus(""))).toBe("failed to parse  as a rational number");
});

test("comma-separated values may be quoted", () => {
  expect(parseCsv('a,"b,c",,"d""e"')).toEqual(["a", "b,c", "", 'd"e']);
  expect(problem(() => parseCsv('a,"b'))).toContain('extraneous or missing " in quoted-field');
  expect(problem(() => parseCsv('a"b'))).toContain('bare " in non-quoted-field');
});

test("devices take Docker's three forms", () => {
  const shown = (text: string) => Object.values(parseDevice(text)).join(" ");
  expect(shown("/dev/a")).toBe("/dev/a /dev/a rwm");
  expect(shown("/dev/a:/b")).toBe("/dev/a /b rwm");
  expect(shown("/dev/a:r")).toBe("/dev/a /dev/a r");
  expect(shown("/dev/a:/b:rw")).toBe("/dev/a /b rw");
});

test.each([
  [() => parseDevice("a:b"), "b is not an absolute path"],
  [() => parseDevice("/a:b:rwxx"), "bad mode specified: rwxx"],
  [() => parseDevice("/dev/a:/b:rx"), "bad mode specified: rx"],
  [() => parseDevice("a:b:c:d"), "bad format for path: a:b:c:d"],
  [() => parseDevice(""), "bad format for path: "],
  [() => checkCgroupRule("x"), "invalid device cgroup format 'x'"],
  [() => parseThrottleBps("x"), "bad format: x"],
  [() => parseThrottleBps("/a:1"), "bad format for device path: /a:1"],
  [
    () => parseThrottleIops("/dev/a:-1"),
    "invalid rate for device: /dev/a:-1. The correct format is <device-path>:<number>. Number must be a positive integer",
  ],
  [() => parseWeightDevice("/dev/a:5"), "invalid weight for device: /dev/a:5"],
  [() => parseUlimit("a"), "invalid ulimit argument: a"],
  [() => parseUlimit("foo=1"), "invalid ulimit type: foo"],
  [() => parseUlimit("nofile=2:1"), "ulimit soft limit must be less than or equal to hard limit: 2 > 1"],
  [
    () => parseUlimit("nofile=-1:5"),
    "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: 5",
  ],
  [() => parseUlimit("nofile=a"), 'strconv.ParseInt: parsing "a": invalid syntax'],
  [() => checkSysctl("foo=1"), "sysctl 'foo=1' is not allowed"],
  [() => checkSysctl("net.a"), "sysctl 'net.a' is not allowed"],
  [
    () => parseRestart("on-failure:x"),
    "invalid restart policy format: maximum retry count must be an integer",
  ],
  [() => parseRestart(":"), "invalid restart policy format: no policy provided before colon"],
  [() => parseRestart("always:x"), "invalid restart policy format: maximum retry count must be an integer"],
  [() => parseAddHost("x"), 'bad format for add-host: "x"'],
  [() => parseAddHost("a:b"), 'invalid IP address in add-host: "b"'],
  [() => checkIp("x"), "IP address is not correctly formatted: x"],
  [() => checkDomain("x..y"), "x..y is not a valid domain"],
  [() => parseLink("a:b:c"), "bad format for links: a:b:c"],
  [() => checkMac("x"), "x is not a valid mac address"],
  [() => checkNamespaces({ pid: "foo", uts: "", userns: "", cgroupns: "" }), "--pid: invalid PID mode"],
  [
    () => checkNamespaces({ pid: "container:", uts: "", userns: "", cgroupns: "" }),
    "--pid: invalid PID mode",
  ],
  [() => parseSecurityOptions(["foo"]), 'Invalid --security-opt: "foo"'],
  [
    () => parseSecurityOptions(["seccomp=/nope"]),
    "opening seccomp profile (/nope) failed: open /nope: no such file or directory",
  ],
  [() => parseLogOptions("none", ["a=b"]), "invalid logging opts for driver none"],
  [() => parseStorageOptions(["x"]), "invalid storage option"],
  [() => parseVolumes([""], "/"), "invalid empty volume spec"],
  [() => parseVolumes([":/x"], "/"), "invalid spec: :/x: empty section between colons"],
  [() => parseVolumes(["/a:/b:ro:rw"], "/"), "invalid spec: /a:/b:ro:rw: too many colons"],
] as const)("%p is refused with Docker's text", (read, message) => {
  expect(problem(read)).toBe(message);
});

describe("what is read", () => {
  test("limits and hosts", () => {
    expect(parseUlimit("nofile=1:2")).toEqual({ Name: "nofile", Hard: 2, Soft: 1 });
    expect(parseUlimit("core=-1")).toEqual({ Name: "core", Hard: -1, Soft: -1 });
    expect(parseRestart("on-failure:3")).toEqual({ Name: "on-failure", MaximumRetryCount: 3 });
    expect(parseRestart("")).toEqual({ Name: "no", MaximumRetryCount: 0 });
    expect(parseAddHost("a=[::1]")).toBe("a:::1");
    expect(parseAddHost("a:host-gateway")).toBe("a:host-gateway");
    expect(parseLink("db")).toBe("db:db");
  });

  test("volumes: a path that begins with a dot is made absolute, a bare name is a volume", () => {
    expect(parseVolumes(["./x:/y", "v:/z:ro", "/anon", "..:/w"], "/home/me")).toEqual({
      binds: ["/home/me/x:/y", "v:/z:ro", "/home:/w"],
      anonymous: ["/anon"],
    });
    expect(parseTmpfs(["/run", "/tmp:size=1m,mode=700"])).toEqual({ "/run": "", "/tmp": "size=1m,mode=700" });
  });

  test("a seccomp file goes into the request as compact JSON", () => {
    const path = file("seccomp.json", '{\n  "defaultAction": "SCMP_ACT_ALLOW"\n}\n');
    expect(parseSecurityOptions([`seccomp=${path}`, "no-new-privileges", "systempaths=unconfined"])).toEqual({
      options: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}', "no-new-privileges"],
      openSystemPaths: true,
    });
  });
});

describe("environment and label files", () => {
  test("have comments, no quotes, and names that take the caller's value", () => {
    const path = file("env", "\uFEFF# note\n  A=1 # kept\nB='x y'\nHOME\nUNSET_NAME\n\nC=\r\n");
    expect(parseKeyValueFile(path, (name) => ({ HOME: "/root" })[name])).toEqual([
      "A=1 # kept",
      "B='x y'",
      "HOME=/root",
      "C=",
    ]);
  });

  test("come before the flags; a bare name without a value stays bare", () => {
    const path = file("env2", "A=1\n");
    expect(toEnv([path], ["A=2", "HOME", "NONE"], { HOME: "/h" })).toEqual(["A=1", "A=2", "HOME=/h", "NONE"]);
    expect(toLabels([path], ["b", "A=3=4"])).toEqual({ A: "3=4", b: "" });
  });

  test.each([
    ["a b=c", "variable 'a b' contains whitespaces"],
    ["=y", "no variable name on line '=y'"],
  ])("with the line %p are refused", (line, reason) => {
    const path = file("bad", `${line}\n`);
    expect(problem(() => parseKeyValueFile(path, () => undefined))).toBe(
      `invalid env file (${path}): ${reason}`,
    );
  });

  test("that are missing are named as Docker names them", () => {
    expect(problem(() => parseKeyValueFile("/nope", () => undefined))).toBe(
      "open /nope: no such file or directory",
    );
  });
});

test.each([
  ["90s", 910_000_000_000n],
  ["1m", 940_000_000_000n],
  ["1700000000", 1_700_000_000_000_000_000n],
  ["1700000000.5", 1_700_000_000_500_000_000n],
  ["2023-01-02T03:04:05.000000001Z", 1_672_628_645_000_000_001n],
  ["2023-01-02T03:04Z", 1_672_628_640_000_000_000n],
  ["2023-01-02T05:04:05+02:00", 1_672_628_645_000_000_000n],
])("the time %p is %p nanoseconds", (text, time) => {
  expect(parseTimestamp(text, 1_000_000_000_000n)).toBe(time);
});

test("a text that is no time is refused", () => {
  expect(problem(() => parseTimestamp("foo"))).toBe('failed to parse value as time or duration: "foo"');
});
