import { expect, test } from "bun:test";
import { formatLogDetails } from "./log-details.ts";

function details(options: Readonly<Record<string, string>>): string {
  return formatLogDetails({
    id: "0123456789abcdef".repeat(4),
    name: "web",
    imageId: `sha256:${"a".repeat(64)}`,
    config: { Image: "box:1", Labels: { a: "(x) & y*", zed: "1" }, Env: ["A1=é", "A2", "B=b=c"] },
    hostConfig: { LogConfig: { Type: "json-file", Config: options } },
  } as unknown as Parameters<typeof formatLogDetails>[0]);
}

test("names what the options name, sorted and escaped as in a URL", () => {
  expect(details({ labels: "zed,none,a", env: "B" })).toBe("B=b%3Dc,a=%28x%29+%26+y%2A,zed=1 ");
});

test("takes names by pattern; a variable without a value has nothing to show", () => {
  expect(details({ "labels-regex": "^z", "env-regex": "^A" })).toBe("A1=%C3%A9,zed=1 ");
});

test("fills the tag in", () => {
  expect(details({ tag: "{{.Name}}/{{.ID}}/{{.ImageName}}" })).toBe("tag=web%2F0123456789ab%2Fbox%3A1 ");
  expect(() => details({ tag: "{{.Nope}}" })).toThrow("can't evaluate field Nope");
});

test("is a space where nothing is asked for", () => {
  expect(details({})).toBe(" ");
});
