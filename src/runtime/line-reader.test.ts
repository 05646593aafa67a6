import { describe, expect, test } from "bun:test";
import { closeFd, openPipe, writeAllFd } from "../host/index.ts";
import { createLineReader } from "./line-reader.ts";

describe("lines of a pipe", () => {
  test("that come at once are told one by one", async () => {
    const [from, to] = openPipe();
    const lines = createLineReader(from);
    writeAllFd(to, Buffer.from("one\ntwo\nthr"));
    expect([await lines.next(), await lines.next()]).toEqual(["one", "two"]);
    const third = lines.next();
    writeAllFd(to, Buffer.from("ee"));
    closeFd(to);
    expect(await third).toBe("three");
    expect(await lines.next()).toBe("");
    closeFd(from);
  });

  test("end when the writer goes without a word", async () => {
    const [from, to] = openPipe();
    const line = createLineReader(from).next();
    closeFd(to);
    expect(await line).toBe("");
    closeFd(from);
  });
});
