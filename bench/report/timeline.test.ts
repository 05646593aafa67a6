import { expect, test } from "bun:test";
import { formatTimeline, parseTrace } from "./timeline.ts";

const TRACE = `10 100.000000 execve("/bin/strake", ["strake", "run", "--rm"], 0x7 /* 5 vars */) = 0
11 100.010000 execve("/sbin/runc", ["runc", "create"], 0x7 /* 5 vars */) = -1 ENOENT (No such file or directory)
11 100.011000 execve("/usr/sbin/runc", ["runc", "create"], 0x7 /* 5 vars */ <unfinished ...>
10 100.012000 exit_group(0) = ?
11 100.020000 execve("/bin/true", ["true"], 0x7 /* 5 vars */) = 0
11 100.025500 +++ exited with 0 +++
`;

test("each program of a trace has its start and its end, and a failed attempt to start one is no program", () => {
  expect(
    parseTrace(TRACE).map((each) => ({ ...each, end: Math.round((each.end ?? 0) * 10) / 10 })),
  ).toMatchObject([
    { pid: 10, program: "strake run --rm", start: 0, end: 12 },
    { pid: 11, program: "runc create", end: 20 },
    { pid: 11, program: "true", end: 25.5 },
  ]);
});

test("a program that outlived the trace has no end", () => {
  const lines = formatTimeline(parseTrace('7 1.000000 execve("/bin/x", ["x"], 0x7) = 0\n')).split("\n");
  expect(lines[1]?.trim().split(/\s+/)).toEqual(["0.0", "7", "x"]);
});
