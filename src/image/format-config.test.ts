import { expect, test } from "bun:test";
import { digestOf, parseDiffId } from "../oci/index.ts";
import { formatImageConfig } from "./format-config.ts";
import { parseImageConfig } from "./parse-config.ts";

const diffId = parseDiffId(`sha256:${"a".repeat(64)}`);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("a config is written in docker commit's order, without what is empty, escaped as Go does", () => {
  const bytes = formatImageConfig({
    rootfs: { type: "layers", diff_ids: [diffId] },
    os: "linux",
    architecture: "amd64",
    created: "2026-01-02T03:04:05Z",
    history: [{ created_by: "sh -c a > b && c", created: "2026-01-02T03:04:05Z" }],
    config: { Labels: { z: "1", a: "2" }, Env: [], Cmd: ["sh"], User: "", WorkingDir: "/w" },
  });
  expect(text(bytes)).toBe(
    `{"architecture":"amd64","config":{"Cmd":["sh"],"WorkingDir":"/w","Labels":{"a":"2","z":"1"}},"created":"2026-01-02T03:04:05Z","history":[{"created":"2026-01-02T03:04:05Z","created_by":"sh -c a \\u003e b \\u0026\\u0026 c"}],"os":"linux","rootfs":{"type":"layers","diff_ids":["${diffId}"]}}`,
  );
});

test("equal configs give equal image IDs whatever the order of their keys", () => {
  const rootfs = { type: "layers", diff_ids: [] } as const;
  const one = formatImageConfig({
    os: "linux",
    architecture: "amd64",
    rootfs,
    config: { User: "a", Cmd: ["b"] },
  });
  const two = formatImageConfig({
    config: { Cmd: ["b"], User: "a" },
    rootfs,
    architecture: "amd64",
    os: "linux",
  });
  expect(digestOf(one)).toBe(digestOf(two));
});

test("what Docker writes as null or empty reads as absent", () => {
  const config = parseImageConfig(
    Buffer.from(
      '{"os":"linux","architecture":"amd64","container":"x","config":{"Hostname":"h","User":"","Env":null,"Cmd":["sh"],"Volumes":null,"Labels":{},"Healthcheck":{"Test":["NONE"],"Interval":0}},"rootfs":{"type":"layers","diff_ids":null},"history":null}',
    ),
  );
  expect(config).toEqual({
    os: "linux",
    architecture: "amd64",
    config: { Cmd: ["sh"], Healthcheck: { Test: ["NONE"] } },
    rootfs: { type: "layers", diff_ids: [] },
  });
});

test("a config with a wrong type, bad digest or bad text is refused", () => {
  const bad = [
    "[]",
    "{",
    '{"config":{"Env":"A=b"}}',
    '{"config":{"Labels":{"a":1}}}',
    '{"rootfs":{"diff_ids":["md5:1"]}}',
    '{"history":[1]}',
  ];
  for (const each of bad) expect(() => parseImageConfig(Buffer.from(each))).toThrow();
});
