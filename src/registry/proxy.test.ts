import { expect, test } from "bun:test";
import { proxyFor } from "./proxy.ts";
import { readSettings } from "./settings.ts";

const none = readSettings([]);

test("hosts are exempt by name, by domain, with their port, by network, or all", () => {
  const isProxied = (host: string, noProxy: string) =>
    proxyFor(new URL(`https://${host}/v2/`), { ...none, httpsProxy: "http://proxy:3128", noProxy }) !==
    undefined;
  for (const exempt of [
    "a.example",
    "example",
    ".example",
    "*.example",
    "x, a.example ,y",
    "a.example:5000",
    "*",
  ]) {
    expect([exempt, isProxied("a.example:5000", exempt)]).toEqual([exempt, false]);
  }
  for (const exempt of ["b.example", "ample", "a.example:443", "a.example.org", "10.0.0.0/8"]) {
    expect([exempt, isProxied("a.example:5000", exempt)]).toEqual([exempt, true]);
  }
  expect([isProxied("10.1.2.3:5000", "10.0.0.0/8"), isProxied("11.1.2.3", "10.0.0.0/8")]).toEqual([
    false,
    true,
  ]);
});

test("each scheme has its proxy, which may do without one, and the loopback has none", () => {
  const settings = { ...none, httpProxy: "plain:1", httpsProxy: "https://secure:2", noProxy: "x" };
  expect(proxyFor(new URL("http://a.example/"), settings)).toBe("http://plain:1");
  expect(proxyFor(new URL("https://a.example/"), settings)).toBe("https://secure:2");
  for (const host of ["localhost:5000", "127.0.0.1:5000", "[::1]:5000"]) {
    expect(proxyFor(new URL(`http://${host}/`), settings)).toBeUndefined();
  }
});
