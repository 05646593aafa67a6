import { expect, test } from "bun:test";
import { parseExtraHost } from "./extra-hosts.ts";
import { formatHosts } from "./hosts-file.ts";

const LOOPBACK =
  "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\n" +
  "ff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";
const file = { hostname: "foo", domainname: "", addresses: [], extraHosts: [], hostGateway: "172.17.0.1" };

test("extra hosts come in their order between the loopback names and the container's own line", () => {
  const extraHosts = ["a:1.2.3.4", "b=fe80::1", "gw:host-gateway", "c:[::1]"].map(parseExtraHost);
  const text = formatHosts({ ...file, domainname: "example.com", addresses: ["172.17.0.6"], extraHosts });
  expect(text).toBe(
    `${LOOPBACK}1.2.3.4\ta\nfe80::1\tb\n172.17.0.1\tgw\n::1\tc\n172.17.0.6\tfoo.example.com foo\n`,
  );
});

test("a hostname with dots is followed by its first part, a plain one stands alone", () => {
  const own = (hostname: string) =>
    formatHosts({ ...file, hostname, addresses: ["10.0.0.2"] }).slice(LOOPBACK.length);
  expect(own("x.y.z")).toBe("10.0.0.2\tx.y.z x\n");
  expect(own("x")).toBe("10.0.0.2\tx\n");
});

test("a container without addresses has only the loopback names; on the host's network it has the host's file", () => {
  expect(formatHosts(file)).toBe(LOOPBACK);
  const extraHosts = [{ name: "a", address: "1.2.3.4" }];
  expect(formatHosts({ ...file, extraHosts, base: "127.0.0.1 vm\n" })).toBe("127.0.0.1 vm\n1.2.3.4\ta\n");
});

test("a malformed extra host is refused in Docker's words", () => {
  expect(() => parseExtraHost("foo")).toThrow('bad format for add-host: "foo"');
  expect(() => parseExtraHost(":1.2.3.4")).toThrow('bad format for add-host: ":1.2.3.4"');
  expect(() => parseExtraHost("foo:bar")).toThrow('invalid IP address in add-host: "bar"');
});
