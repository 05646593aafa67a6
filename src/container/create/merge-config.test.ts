import { describe, expect, test } from "bun:test";
import type { ExecutionConfig } from "../../oci/index.ts";
import { type ConfigRequest, mergeConfig, toCommand } from "./merge-config.ts";

const image: ExecutionConfig = {
  User: "bob",
  ExposedPorts: { "80/tcp": {} },
  Env: ["A=1", "B=2"],
  Entrypoint: ["/e"],
  Cmd: ["c"],
  Healthcheck: { Test: ["CMD-SHELL", "x"], Interval: 7_000_000_000 },
  Volumes: { "/iv": {} },
  WorkingDir: "/w",
  Labels: { l: "1", m: "2" },
  StopSignal: "SIGUSR1",
  OnBuild: ["RUN x"],
  Shell: ["/bin/bash"],
};

function merge(request: Partial<ConfigRequest>): ReturnType<typeof mergeConfig> {
  return mergeConfig({ Image: "i", ...request }, image, "0123456789ab");
}

test("a request that asks for nothing gets everything from the image but its build triggers and shell", () => {
  expect(merge({})).toEqual({
    Hostname: "0123456789ab",
    Domainname: "",
    User: "bob",
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ExposedPorts: { "80/tcp": {} },
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: ["A=1", "B=2"],
    Cmd: ["c"],
    Healthcheck: { Test: ["CMD-SHELL", "x"], Interval: 7_000_000_000 },
    Image: "i",
    Volumes: { "/iv": {} },
    WorkingDir: "/w",
    Entrypoint: ["/e"],
    Labels: { l: "1", m: "2" },
    StopSignal: "SIGUSR1",
  });
});

describe("the command", () => {
  const cases: [string, Partial<ConfigRequest>, string[]][] = [
    ["Cmd replaces the image's", { Cmd: ["q"] }, ["/e", "q"]],
    ["an entrypoint hides the image's Cmd", { Entrypoint: ["z"] }, ["z"]],
    ["an empty list of an entrypoint leaves the image's Cmd alone", { Entrypoint: [] }, ["c"]],
    ["an empty entrypoint resets the image's", { Entrypoint: [""], Cmd: ["k"] }, ["k"]],
    ["an empty Cmd is none", { Cmd: [] }, ["/e", "c"]],
  ];
  test.each(cases)("%s", (_, request, expected) => {
    const { path, args } = toCommand(merge(request));
    expect([path, ...args]).toEqual(expected);
  });

  test("is missing when an entrypoint is reset and no Cmd given", () => {
    expect(() => toCommand(merge({ Entrypoint: [""] }))).toThrow("no command specified");
  });
});

test("the container's environment comes first and hides the image's of the same name", () => {
  expect(merge({ Env: ["Z=1", "A=9"] }).Env).toEqual(["Z=1", "A=9", "B=2"]);
  expect(merge({ Env: ["A"] }).Env).toEqual(["A", "B=2"]);
});

test("labels, ports and volumes are united", () => {
  const config = merge({ Labels: { l: "7" }, ExposedPorts: { "9/tcp": {} }, Volumes: { "/v": {} } });
  expect(config.Labels).toEqual({ l: "7", m: "2" });
  expect(Object.keys(config.ExposedPorts ?? {}).toSorted()).toEqual(["80/tcp", "9/tcp"]);
  expect(Object.keys(config.Volumes ?? {}).toSorted()).toEqual(["/iv", "/v"]);
});

test("a health check is merged field by field", () => {
  expect(merge({ Healthcheck: { Retries: 4, Interval: 0, Test: [] } }).Healthcheck).toEqual({
    Test: ["CMD-SHELL", "x"],
    Interval: 7_000_000_000,
    Retries: 4,
  });
});

test("the working directory is cleaned", () => {
  expect(merge({ WorkingDir: "/a/../b/" }).WorkingDir).toBe("/b");
});
