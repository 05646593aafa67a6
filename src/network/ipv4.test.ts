import { expect, test } from "bun:test";
import { choosePool, parseRoutes } from "./address-pools.ts";
import { contains, formatIpv4, formatSubnet, overlaps, parseIpv4, parseSubnet } from "./ipv4.ts";
import { formatMac, macOfAddress, parseMac } from "./mac-address.ts";

const subnet = (text: string) => {
  const parsed = parseSubnet(text);
  if (parsed === undefined) throw new Error(`no subnet: ${text}`);
  return parsed;
};

test("addresses above 127.255.255.255 survive reading and writing", () => {
  expect(formatIpv4(parseIpv4("255.254.0.1") ?? 0)).toBe("255.254.0.1");
  expect(formatSubnet(subnet("192.168.17.9/20"))).toBe("192.168.16.0/20");
});

test("text that is no address or subnet is refused", () => {
  for (const text of ["1.2.3", "1.2.3.256", "01.2.3.4", "::1", ""]) expect(parseIpv4(text)).toBeUndefined();
  for (const text of ["1.2.3.0", "1.2.3.0/33", "1.2.3.0/x"]) expect(parseSubnet(text)).toBeUndefined();
});

test("membership and overlap follow the prefix", () => {
  expect(contains(subnet("172.17.0.0/16"), parseIpv4("172.17.255.255") ?? 0)).toBe(true);
  expect(contains(subnet("172.17.0.0/16"), parseIpv4("172.18.0.0") ?? 0)).toBe(false);
  expect(overlaps(subnet("172.16.0.0/12"), subnet("172.31.0.0/16"))).toBe(true);
});

test("the pool is the first that nothing uses", () => {
  expect(formatSubnet(choosePool([]))).toBe("172.17.0.0/16");
  expect(formatSubnet(choosePool([subnet("172.17.4.0/24"), subnet("172.18.0.0/15")]))).toBe("172.20.0.0/16");
  expect(formatSubnet(choosePool([subnet("172.16.0.0/12")]))).toBe("192.168.0.0/20");
  expect(() => choosePool([subnet("0.0.0.0/0")])).toThrow(
    "all predefined address pools have been fully subnetted",
  );
});

test("routes are read without default routes and those of the device itself", () => {
  const text =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n" +
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\n" +
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\nstrake0\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n";
  expect(parseRoutes(text, "strake0").map(formatSubnet)).toEqual(["172.17.0.0/16"]);
});

test("the hardware address follows from the address", () => {
  expect(formatMac(macOfAddress(parseIpv4("172.17.0.2") ?? 0))).toBe("02:42:ac:11:00:02");
  expect(formatMac(parseMac("AA-bb-cc-dd-ee-ff") ?? new Uint8Array())).toBe("aa:bb:cc:dd:ee:ff");
  for (const text of ["zz", "aa:bb-cc:dd:ee:ff", "aa:bb:cc:dd:ee"]) expect(parseMac(text)).toBeUndefined();
});
