import { expect, test } from "bun:test";
import { keepProcesses } from "./top.ts";

const output = `UID          PID    PPID  C STIME TTY          TIME CMD
root           1       0  0 10:00 ?        00:00:01 /sbin/init
root        4242       1  0 10:01 ?        00:00:00 sleep 100 with words
`;

test("only the container's processes are kept, the last column whole", () => {
  const { titles, processes } = keepProcesses(output, new Set([4242]));
  expect(titles).toEqual(["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]);
  expect(processes).toEqual([["root", "4242", "1", "0", "10:01", "?", "00:00:00", "sleep 100 with words"]]);
});

test("a ps format without PID column is refused", () => {
  expect(() => keepProcesses("USER CMD\nroot x\n", new Set())).toThrow(
    "Couldn't find PID field in ps output",
  );
});
