import { expect, test } from "bun:test";
import { errorText } from "../../base/index.ts";
import { parseMount } from "./mount.ts";
import { parseNetwork, toEndpoints } from "./network.ts";

test("a mount has its parts by any of their names", () => {
  expect(parseMount("type=bind,src=/a,dst=/b,ro,bind-propagation=rslave")).toEqual({
    Type: "bind",
    Source: "/a",
    Target: "/b",
    ReadOnly: true,
    BindOptions: { Propagation: "rslave" },
  });
  expect(parseMount("target=/x,volume-nocopy,volume-label=a=1,volume-label=b,volume-opt=o=x")).toEqual({
    Type: "volume",
    Target: "/x",
    VolumeOptions: { NoCopy: true, Labels: { a: "1", b: "" }, DriverConfig: { Options: { o: "x" } } },
  });
  expect(parseMount("TYPE=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=1777")).toEqual({
    Type: "tmpfs",
    Target: "/t",
    TmpfsOptions: { SizeBytes: 1048576, Mode: 0o1777 },
  });
  expect(parseMount("type=image,source=i,target=/x,image-subpath=a,readonly=false")).toEqual({
    Type: "image",
    Source: "i",
    Target: "/x",
    ImageOptions: { Subpath: "a" },
  });
  expect(
    parseMount("type=bind,src=/a,target=/x,ro,bind-recursive=readonly,bind-propagation=rprivate"),
  ).toEqual({
    Type: "bind",
    Source: "/a",
    Target: "/x",
    ReadOnly: true,
    BindOptions: { Propagation: "rprivate", NonRecursive: false, ReadOnlyForceRecursive: true },
  });
});

test.each([
  ["type=bind", "target is required"],
  ["type=,target=/x", "type is required"],
  ["x", "invalid field 'x' must be a key=value pair"],
  ["type=bind,src,target=/x", "invalid field 'src' must be a key=value pair"],
  ["type=bind,target=/x,foo=1", "unexpected key 'foo' in 'foo=1'"],
  ["type=bind,src=/a,target=/x,ro=zz", "invalid value for ro: zz"],
  ["type=bind,src=/a,target=/x,volume-nocopy", "cannot mix 'volume-*' options with mount type 'bind'"],
  ["type=volume,target=/x,bind-propagation=shared", "cannot mix 'bind-*' options with mount type 'volume'"],
  ["type=tmpfs,target=/x,tmpfs-mode=9", "invalid value for tmpfs-mode: 9"],
  ["type=tmpfs,target=/x,tmpfs-size=z", "invalid value for tmpfs-size: z"],
  [
    "type=bind,src=/a,target=/x,bind-recursive=readonly",
    "option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction",
  ],
  [
    "type=bind,src=/a,target=/x,bind-recursive=readonly,ro",
    "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction",
  ],
  ["", "EOF"],
])("--mount %p is refused", (text, message) => {
  let told = "";
  try {
    parseMount(text);
  } catch (error) {
    told = errorText(error);
  }
  expect(told).toBe(message);
});

const NOTHING = { aliases: [], links: [], ip: "", ip6: "", mac: "", linkLocal: [] };

test("no network means the default one", () => {
  expect(toEndpoints([], NOTHING)).toEqual({ mode: "default", endpoints: { default: {} } });
});

test("the first of several networks is the mode and takes the single flags", () => {
  const requests = [parseNetwork("name=a,alias=x,driver-opt=k=v"), parseNetwork("b")];
  expect(toEndpoints(requests, { ...NOTHING, ip: "10.0.0.2" })).toEqual({
    mode: "a",
    endpoints: { a: { Aliases: ["x"], IPv4Address: "10.0.0.2", DriverOpts: { k: "v" } }, b: {} },
  });
});

test.each([
  [["foo", "foo"], NOTHING, 'network "foo" is specified multiple times'],
  [
    ["host", "foo"],
    NOTHING,
    "conflicting options: cannot attach both user-defined and non-user-defined network-modes",
  ],
  [
    ["container:x"],
    { ...NOTHING, aliases: ["a"] },
    "network-scoped aliases are only supported for user-defined networks",
  ],
  [
    ["name=a,ip=1.2.3.4"],
    { ...NOTHING, ip: "1.2.3.5" },
    "conflicting options: cannot specify both --ip and per-network IPv4 address",
  ],
])("--network %p is refused", (networks, flags, message) => {
  expect(() => toEndpoints(networks.map(parseNetwork), flags)).toThrow(message);
});

test.each([
  ["foo,bar=1", "invalid field foo"],
  ["alias=x", "network name/id is not specified"],
  ["name=a,gw-priority=x", "invalid gw-priority (x): invalid syntax"],
  ["name=a,driver-opt=x", "invalid key value pair format in driver options"],
])("--network %p cannot be read", (text, message) => {
  expect(() => parseNetwork(text)).toThrow(message);
});
