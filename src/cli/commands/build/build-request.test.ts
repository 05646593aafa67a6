import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { BuildRequest } from "../../../engine/index.ts";
import { hostPlatform } from "../../../oci/index.ts";
import type { MemoryIoOptions } from "../../io/memory-io.ts";
import { openBench } from "./build-bench.fixture.ts";

const bench = openBench();
const { folder, run } = bench;
afterAll(() => bench[Symbol.dispose]());

async function request(words: readonly string[], more: MemoryIoOptions = {}): Promise<BuildRequest> {
  const { requests, err } = await run(["-q", ...words], more);
  const [first] = requests;
  if (first === undefined) throw new Error(`nothing was built: ${err}`);
  return first;
}

describe("what is asked of the builder", () => {
  test("a plain build", async () => {
    expect(await request(["ctx"])).toEqual({
      context: { kind: "folder", path: join(folder, "ctx") },
      dockerfile: { kind: "in-context", path: "Dockerfile" },
      contexts: {},
      platforms: [],
      buildArgs: {},
      proxies: {},
      labels: {},
      tags: [],
      noCache: false,
      pull: false,
      network: "default",
      extraHosts: [],
      limits: {
        memory: 0,
        memorySwap: 0,
        cpuShares: 0,
        cpuPeriod: 0,
        cpuQuota: 0,
        cpusetCpus: "",
        cpusetMems: "",
        shmSize: 0,
        ulimits: [],
        cgroupParent: "",
      },
      allow: [],
      secrets: [],
      ssh: [],
      outputs: [{ kind: "image", names: [] }],
      cacheFrom: [],
      cacheTo: [],
      annotations: {},
    } as unknown as BuildRequest);
  });

  test.each<[readonly string[], Partial<BuildRequest>]>([
    [["-"], { context: { kind: "stream", fd: 0 } }],
    [
      ["https://github.com/a/b.git#main:sub"],
      { context: { kind: "url", url: "https://github.com/a/b.git#main:sub" } },
    ],
    [["git@github.com:a/b.git"], { context: { kind: "url", url: "git@github.com:a/b.git" } }],
    [["github.com/a/b"], { context: { kind: "url", url: "github.com/a/b" } }],
    [["-f", "x/Dockerfile", "https://h/a.git"], { dockerfile: { kind: "in-context", path: "x/Dockerfile" } }],
    [["-f", "other", "-"], { dockerfile: { kind: "in-context", path: "other" } }],
    [["-t", "a", "-t", "b:c", "ctx"], { tags: ["a", "b:c"] }],
    [
      ["--build-arg", "A=1", "--build-arg", "FROM_ENV", "--build-arg", "NOT_THERE", "ctx"],
      { buildArgs: { A: "1", FROM_ENV: "e" } },
    ],
    [["--label", "a=b=c", "--label", "d", "ctx"], { labels: { a: "b=c", d: "" } }],
    [["--no-cache", "ctx"], { noCache: true }],
    [["--no-cache-filter", "a,b", "--no-cache-filter", "c", "ctx"], { noCache: ["a", "b", "c"] }],
    [["--target", "t", "--pull", "--network", "host", "ctx"], { target: "t", pull: true, network: "host" }],
    [["--add-host", "a:1.2.3.4,b=::1", "ctx"], { extraHosts: ["a:1.2.3.4", "b:::1"] }],
    [
      ["--allow", "network.host", "--allow", "security.insecure", "ctx"],
      { allow: ["network.host", "security.insecure"] },
    ],
    [
      ["--platform", "linux/arm64,local", "ctx"],
      { platforms: [{ os: "linux", architecture: "arm64" }, hostPlatform()] },
    ],
    [
      [
        "--build-context",
        "Alpine:latest=docker-image://alpine".toLowerCase(),
        "--build-context",
        "l=oci-layout:///x/y:1@sha256:ab",
        "--build-context",
        "d=ctx",
        "--build-context",
        "u=https://h/x.tar",
        "ctx",
      ],
      {
        contexts: {
          alpine: { kind: "image", reference: "alpine" },
          l: { kind: "oci-layout", path: "/x/y", reference: "sha256:ab" },
          d: { kind: "folder", path: "@/ctx" },
          u: { kind: "url", url: "https://h/x.tar" },
        },
      },
    ],
    [
      [
        "--secret",
        "id=a,src=secret",
        "--secret",
        "id=FROM_ENV",
        "--secret",
        "id=b,env=FROM_ENV",
        "--secret",
        "id=none,env=NOPE",
        "ctx",
      ],
      {
        secrets: [
          { id: "a", kind: "file", path: "@/secret" },
          { id: "FROM_ENV", kind: "env", value: "e" },
          { id: "b", kind: "env", value: "e" },
        ],
      },
    ],
    [["--ssh", "k=secret", "ctx"], { ssh: [{ id: "k", socket: undefined, keys: ["@/secret"] }] }],
    [
      [
        "--cache-from",
        "user/app:c",
        "--cache-from",
        "type=local,src=ctx",
        "--cache-to",
        "type=inline",
        "ctx",
      ],
      {
        cacheFrom: [
          { type: "registry", attributes: { ref: "user/app:c" } },
          { type: "local", attributes: { src: "@/ctx" } },
        ],
        cacheTo: [{ type: "inline", attributes: {} }],
      },
    ],
    [
      ["--annotation", "a=b", "--annotation", "manifest:c=d:e", "-o", "type=oci,tar=false,dest=x", "ctx"],
      { annotations: { a: "b", c: "d:e" } },
    ],
    [["-o", "type=image,name=x:1", "-t", "y", "ctx"], { tags: ["y", "x:1"] }],
    [
      ["-o", "out", "ctx"],
      { outputs: [{ kind: "local", dest: "@/out", platformSplit: false, clean: false }] },
    ],
    [
      ["-o", "type=local,dest=out,mode=delete,platform-split=true", "ctx"],
      { outputs: [{ kind: "local", dest: "@/out", platformSplit: true, clean: true }] },
    ],
    [
      ["-o", "type=oci,dest=out,tar=false,name=n", "ctx"],
      { outputs: [{ kind: "oci-folder", dest: "@/out", names: ["n"] }] },
    ],
    [["-o", "-", "ctx"], { outputs: [{ kind: "tar", fd: 1, platformSplit: false }] }],
    [["-o", "type=cacheonly", "ctx"], { outputs: [] }],
    [
      ["--load", "-o", "type=tar", "ctx"],
      { outputs: [{ kind: "tar", fd: 1, platformSplit: false }, { kind: "image" }] },
    ],
    [
      [
        "-m",
        "10m",
        "--memory-swap",
        "-1",
        "-c",
        "5",
        "--cpu-period",
        "1000",
        "--cpu-quota",
        "2000",
        "--cpuset-cpus",
        "0",
        "--cpuset-mems",
        "0",
        "--shm-size",
        "1g",
        "--ulimit",
        "nofile=1:2",
        "--cgroup-parent",
        "p",
        "ctx",
      ],
      {
        limits: {
          memory: 10485760,
          memorySwap: -1,
          cpuShares: 5,
          cpuPeriod: 1000,
          cpuQuota: 2000,
          cpusetCpus: "0",
          cpusetMems: "0",
          shmSize: 1073741824,
          ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }],
          cgroupParent: "p",
        },
      },
    ],
  ])("%p", async (words, expected) => {
    const asked = await request(words, { env: { FROM_ENV: "e" } });
    const wanted = JSON.parse(JSON.stringify(expected).replaceAll('"@/', `"${folder}/`));
    expect(JSON.parse(JSON.stringify(asked))).toMatchObject(wanted);
    for (const key of Object.keys(wanted)) {
      if (key === "outputs") continue;
      expect(JSON.parse(JSON.stringify(asked[key as keyof BuildRequest]))).toEqual(wanted[key]);
    }
  });

  test("the Dockerfile of a folder is found from where the user is, or read from stdin", async () => {
    const named = await request(["-f", "ctx/Dockerfile", "ctx"]);
    expect(named.dockerfile).toEqual({ kind: "file", path: join(folder, "ctx/Dockerfile") });
    const typed = await request(["-f", "-", "ctx"], { input: "FROM scratch\n" });
    expect(typed.dockerfile).toEqual({ kind: "text", text: "FROM scratch\n" });
  });

  test("the date of the build comes from the environment unless it is given", async () => {
    const env = { SOURCE_DATE_EPOCH: "5" };
    expect((await request(["ctx"], { env })).buildArgs).toEqual({ SOURCE_DATE_EPOCH: "5" });
    const given = await request(["--build-arg", "SOURCE_DATE_EPOCH=6", "ctx"], { env });
    expect(given.buildArgs).toEqual({ SOURCE_DATE_EPOCH: "6" });
  });

  test("proxies of the caller go along, unless they are given as arguments", async () => {
    const env = { HTTP_PROXY: "http://p:1", no_proxy: "h" };
    const asked = await request(["--build-arg", "no_proxy=x", "ctx"], { env });
    expect(asked.proxies).toEqual({ HTTP_PROXY: "http://p:1" });
  });
});
