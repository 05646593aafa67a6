import { expect, test } from "bun:test";
import { toStepEnvironment } from "./environment.ts";

const none = { proxies: {}, sshSocket: undefined, secrets: [], home: "/root" };
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

test("a step without an environment has PATH and HOME", () => {
  expect(toStepEnvironment({ env: [] }, none)).toEqual([PATH, "HOME=/root"]);
});

test("what a step says itself stays, in its order", () => {
  const env = ["B=1", "PATH=/x", "HOME=/h", "A=2"];
  expect(toStepEnvironment({ env }, none)).toEqual(env);
});

test("proxies are given in both cases, and never over a variable of the step", () => {
  const proxies = { HTTP_PROXY: "http://p:1", no_proxy: "localhost" };
  expect(toStepEnvironment({ env: ["PATH=/x", "http_proxy=mine"] }, { ...none, proxies })).toEqual([
    "PATH=/x",
    "http_proxy=mine",
    "HTTP_PROXY=http://p:1",
    "NO_PROXY=localhost",
    "no_proxy=localhost",
    "HOME=/root",
  ]);
});

test("an agent's socket and secrets come as variables, secrets over everything", () => {
  const given = { ...none, sshSocket: "/run/a", secrets: ["TOKEN=s"] };
  expect(toStepEnvironment({ env: ["PATH=/x", "TOKEN=", "A=1"] }, given)).toEqual([
    "PATH=/x",
    "TOKEN=s",
    "A=1",
    "SSH_AUTH_SOCK=/run/a",
    "HOME=/root",
  ]);
});
