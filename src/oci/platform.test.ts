import { expect, test } from "bun:test";
import { formatPlatform, parsePlatform } from "./platform.ts";

test.each([
  ["linux/arm64/v8", "linux/arm64"],
  ["linux/arm64/v9", "linux/arm64/v9"],
  ["LINUX/AMD64", "linux/amd64"],
  ["linux/amd64/v1", "linux/amd64"],
  ["linux/amd64/v2", "linux/amd64/v2"],
  ["linux/x86_64", "linux/amd64"],
  ["linux/arm/7", "linux/arm/v7"],
  ["armhf", "linux/arm/v7"],
  ["linux/armel", "linux/arm/v6"],
  ["aarch64", "linux/arm64"],
  ["linux/i386", "linux/386"],
])("the platform %s is %s", (written, normal) => {
  expect(formatPlatform(parsePlatform(written))).toBe(normal);
});
