import { expect, test } from "bun:test";
import {
  addressBytes,
  formatAddress,
  formatSubnet,
  parseAddress,
  parseSubnet,
  subnetContains,
  subnetSize,
  subnetsOverlap,
} from "../base/index.ts";
import { choosePool, defaultPools, localPools, parseRoutes } from "./address-pools.ts";
import { formatMac, macOfAddress, parseMac } from "./mac-address.ts";

const subnet = (text: string) => {
  const parsed = parseSubnet(text);
  if (parsed === undefined) throw new Error(`no subnet: ${text}`);
  return parsed;
};

const address = (text: string) => {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`no address: ${text}`);
  return parsed;
};

test("addresses and subnets survive reading and writing, IPv6 as short as can be", () => {
  expect(formatAddress(address("255.254.0.1"))).toBe("255.254.0.1");
  expect(formatSubnet(subnet("192.168.17.9/20"))).toBe("192.168.16.0/20");
  expect(formatSubnet(subnet("fd00:1:2:3:4::/64"))).toBe("fd00:1:2:3::/64");
  const short: readonly (readonly [string, string])[] = [
    ["::", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["fd00:0:0:0::1", "fd00::1"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"],
    ["::ffff:1.2.3.4", "::ffff:102:304"],
  ];
  for (const [text, expected] of short) expect(formatAddress(address(text))).toBe(expected);
  expect(addressBytes("fd00::102").toHex()).toBe("fd000000000000000000000000000102");
});

test("text that is no address or subnet is refused", () => {
  for (const text of ["1.2.3", "1.2.3.256", "01.2.3.4", "1:2", "::1%lo", ":::", ""]) {
    expect(parseAddress(text)).toBeUndefined();
  }
  for (const text of ["1.2.3.0", "1.2.3.0/33", "1.2.3.0/x", "::/129"]) {
    expect(parseSubnet(text)).toBeUndefined();
  }
});

test("membership and overlap follow the prefix, and never cross families", () => {
  expect(subnetContains(subnet("172.17.0.0/16"), address("172.17.255.255"))).toBe(true);
  expect(subnetContains(subnet("172.17.0.0/16"), address("172.18.0.0"))).toBe(false);
  expect(subnetsOverlap(subnet("172.16.0.0/12"), subnet("172.31.0.0/16"))).toBe(true);
  expect(subnetsOverlap(subnet("0.0.0.0/0"), subnet("::/0"))).toBe(false);
  expect(subnetSize(subnet("fd00::/64"))).toBe(2n ** 64n);
});

test("local pools are stable for a seed and lie below fd00::/8", () => {
  const [first, second] = localPools("seed").take(2);
  expect([first, second].every((pool) => pool !== undefined && formatSubnet(pool).startsWith("fd"))).toBe(
    true,
  );
  expect(localPools("seed").next().value).toEqual(first);
  expect(localPools("other").next().value).not.toEqual(first);
});

test("the pool is the first that nothing uses", () => {
  expect(formatSubnet(choosePool(defaultPools(), []))).toBe("172.17.0.0/16");
  expect(formatSubnet(choosePool(defaultPools(), [subnet("172.17.4.0/24"), subnet("172.18.0.0/15")]))).toBe(
    "172.20.0.0/16",
  );
  expect(formatSubnet(choosePool(defaultPools(), [subnet("172.16.0.0/12")]))).toBe("192.168.0.0/20");
  expect(() => choosePool(defaultPools(), [subnet("0.0.0.0/0")])).toThrow(
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
  expect(formatMac(macOfAddress("172.17.0.2"))).toBe("02:42:ac:11:00:02");
  expect(formatMac(parseMac("AA-bb-cc-dd-ee-ff") ?? new Uint8Array())).toBe("aa:bb:cc:dd:ee:ff");
  for (const text of ["zz", "aa:bb-cc:dd:ee:ff", "aa:bb:cc:dd:ee"]) expect(parseMac(text)).toBeUndefined();
});
