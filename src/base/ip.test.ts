import { expect, test } from "bun:test";
import { isIP as isIPofNode } from "node:net";
import { isIP } from "./ip.ts";

const texts = [
  "1.2.3.4",
  "255.255.255.255",
  "256.1.1.1",
  "01.2.3.4",
  "1.2.3",
  "1.2.3.4.5",
  "",
  " 1.2.3.4",
  "::",
  "::1",
  "fe80::1",
  "2001:db8::ff00:42:8329",
  "1:2:3:4:5:6:7:8",
  "1:2:3:4:5:6:7",
  "1::2::3",
  "::ffff:1.2.3.4",
  "g::1",
  "12345::",
  "[::1]",
  "fe80::1%eth0",
  "fe80::1%",
  "localhost",
  "1.2.3.4:80",
  "::1/64",
];

test("what is an address and what is none is the same as elsewhere", () => {
  expect(texts.map((text) => [text, isIP(text)])).toEqual(
    texts.map((text) => [text, isIPofNode(text) as 0 | 4 | 6]),
  );
});
