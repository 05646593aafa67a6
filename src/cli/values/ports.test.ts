import { expect, test } from "bun:test";
import { errorText } from "../../base/index.ts";
import { parseExpose, parsePublish } from "./ports.ts";

/** `container port <- host`, for short tables. */
function shown(...values: string[]): string[] {
  return Object.entries(parsePublish(values).bindings).flatMap(([port, bindings]) =>
    bindings.map(({ HostIp, HostPort }) => `${port} <- ${HostIp}|${HostPort}`),
  );
}

test.each([
  ["80", ["80/tcp <- |"]],
  [":80", ["80/tcp <- |"]],
  ["8080:80", ["80/tcp <- |8080"]],
  ["8080:80/UDP", ["80/udp <- |8080"]],
  ["127.0.0.1:8080:80", ["80/tcp <- 127.0.0.1|8080"]],
  ["127.0.0.1::80", ["80/tcp <- 127.0.0.1|"]],
  ["[::1]:8080:80", ["80/tcp <- ::1|8080"]],
  ["8000-8001:80-81", ["80/tcp <- |8000", "81/tcp <- |8001"]],
  ["80-81", ["80/tcp <- |", "81/tcp <- |"]],
  ["8000-8010:80", ["80/tcp <- |8000-8010"]],
  ["published=8080,target=80,protocol=udp", ["80/udp <- |8080"]],
])("-p %p", (value, bindings) => {
  expect(shown(value)).toEqual(bindings);
});

test("a port that is published several times keeps all bindings and is exposed once", () => {
  expect(shown("1:80", "2:80")).toEqual(["80/tcp <- |1", "80/tcp <- |2"]);
  expect(parsePublish(["1:80", "2:80"]).exposed).toEqual({ "80/tcp": {} });
});

test.each([
  ["99999", "invalid containerPort: 99999"],
  ["x:80", "invalid hostPort: x"],
  ["80:x", "invalid containerPort: x"],
  ["80/foo", "invalid proto: foo"],
  ["1:2:3:4", "invalid IP address: 1:2"],
  ["", "no port specified: <empty>"],
  ["80-82:90-91", "invalid ranges specified for container and host Ports: 90-91 and 80-82"],
  ["1.2.3:80:80", "invalid IP address: 1.2.3"],
  ["1.2.3.4:80", "invalid hostPort: 1.2.3.4"],
  ["published=80", "no port specified: 80:/tcp<empty>"],
  ["/tcp", "no port specified: /tcp<empty>"],
  ["target=80,foo=1", "invalid field key foo"],
])("-p %p is refused", (value, message) => {
  let text = "";
  try {
    parsePublish([value]);
  } catch (error) {
    text = errorText(error);
  }
  expect(text).toBe(message);
});

test("--expose takes ranges and protocols, but no host port", () => {
  expect(Object.keys(parseExpose(["80", "90-91/UDP"]))).toEqual(["80/tcp", "90/udp", "91/udp"]);
  expect(() => parseExpose(["80:80"])).toThrow("invalid port format for --expose: 80:80");
  expect(() => parseExpose(["x"])).toThrow(
    'invalid range format for --expose: x, error: strconv.ParseUint: parsing "x": invalid syntax',
  );
  expect(() => parseExpose(["80-70"])).toThrow("invalid range specified for port: 80-70");
});
