import { expect, test } from "bun:test";
import { MS_BIND, MS_NODEV, MS_RDONLY, MS_REC, MS_SLAVE } from "../host/index.ts";
import { parseMountOptions } from "./mount-options.ts";

test("options of mount(8) become flags, and what is the file system's own stays text", () => {
  expect(parseMountOptions("bind,ro,nodev,dev,size=1m,uid=5,rslave")).toEqual({
    flags: MS_BIND | MS_RDONLY,
    propagation: MS_SLAVE | MS_REC,
    data: "size=1m,uid=5",
  });
  expect(parseMountOptions("ro,nodev,rw,defaults")).toEqual({ flags: MS_NODEV, propagation: 0, data: "" });
  expect(parseMountOptions("")).toEqual({ flags: 0, propagation: 0, data: "" });
});
