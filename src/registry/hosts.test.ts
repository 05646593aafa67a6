import { expect, test } from "bun:test";
import { isListed, isLocalAddress, isLoopback, sameOwner } from "./hosts.ts";

test("loopback hosts are told from others", () => {
  for (const host of ["localhost", "localhost:5000", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000"]) {
    expect(isLoopback(host)).toBe(true);
  }
  for (const host of ["docker.io", "127.evil.org", "10.0.0.1:5000", "localhost.evil.org"]) {
    expect(isLoopback(host)).toBe(false);
  }
});

test("the metadata address of clouds and the loopback count as local", () => {
  const local = ["169.254.169.254", "127.0.0.1", "0.0.0.0", "[fe80::1]:80", "[::1]", "[::1]:80", "[::]"];
  for (const host of [...local, "[::ffff:a9fe:a9fe]", "LOCALHOST:80"]) {
    expect([host, isLocalAddress(host)]).toEqual([host, true]);
  }
  for (const host of [
    "cdn.example.org",
    "features.example.org",
    "0.example.org",
    "[2001:db8::1]",
    "10.0.0.1",
  ]) {
    expect([host, isLocalAddress(host)]).toEqual([host, false]);
  }
});

test("a list of hosts matches names, names with ports and IPv4 networks", () => {
  const entries = ["registry.lan", "other.lan:5000", "10.1.0.0/16"];
  expect(
    ["registry.lan:80", "other.lan:5000", "10.1.2.3:5000"].map((host) => isListed(host, entries)),
  ).toEqual([true, true, true]);
  expect(["other.lan:5001", "10.2.0.1", "evil.lan"].map((host) => isListed(host, entries))).toEqual([
    false,
    false,
    false,
  ]);
});

test("only hosts of one registered domain, or equal hosts, belong to one owner", () => {
  expect(sameOwner("registry-1.docker.io", "auth.docker.io")).toBe(true);
  expect(sameOwner("registry.gitlab.com", "gitlab.com")).toBe(true);
  expect(sameOwner("localhost:5000", "localhost:5001")).toBe(true);
  expect(sameOwner("registry.good.co.uk", "evil.co.uk")).toBe(false);
  expect(sameOwner("registry.example.org", "example.com")).toBe(false);
  expect(sameOwner("10.0.0.1", "20.0.0.1")).toBe(false);
  expect(sameOwner("a.org", "org")).toBe(false);
});
