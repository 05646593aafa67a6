import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { runKey } from "../../src/build/ops/run/key.ts";
import { StepError } from "../../src/build/ops/run/step-error.ts";
import type { BuildRequest } from "../../src/build/request.ts";
import { runDefinition, type StepRoot, stepRoot } from "../support/build-step.ts";

setDefaultTimeout(20_000);

let root: StepRoot;
let limits: BuildRequest["limits"];

beforeAll(async () => {
  root = await stepRoot();
  limits = root.context().request.limits;
});

afterAll(async () => {
  await root.endBuild();
  const left = root.engine.leftovers();
  await root[Symbol.asyncDispose]();
  expect(left).toEqual([]);
});

async function failure(running: Promise<unknown>): Promise<StepError> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StepError) return error;
  throw new Error(`no step failed: ${error}`);
}

test("a step changes files, and its layer holds just these", async () => {
  const { result } = await root.run("echo x > /new; mkdir /folder; rm /etc/group");
  expect(await root.layerPaths(result)).toEqual(["etc/", "etc/.wh.group", "folder/", "new"]);
});

test("a step that changes nothing gives the empty layer, the same each time", async () => {
  const [first, second] = [await root.run("true"), await root.run("true")];
  expect(await root.layerPaths(first.result)).toEqual([]);
  expect(second.result).toEqual(first.result);
});

test("a step sees its host's name, hosts and resolver, cannot change them, and its layer has none of them", async () => {
  const script =
    "hostname; cat /etc/hosts; grep -c nameserver /etc/resolv.conf; (echo x >> /etc/hosts) 2>/dev/null || echo read-only";
  const { output, result } = await root.run(
    script,
    {},
    { request: { network: "default", extraHosts: ["db:10.0.0.9"] } },
  );
  expect(output).toBe(
    "buildkitsandbox\n" +
      "127.0.0.1\tlocalhost buildkitsandbox\n::1\tlocalhost ip6-localhost ip6-loopback\n10.0.0.9\tdb\n" +
      "1\nread-only\n",
  );
  expect(await root.layerPaths(result)).toEqual([]);
});

test("a step does not see what only containers have, and may make it", async () => {
  const script = "ls -d /.dockerenv /etc/mtab /etc/hostname /dev/console 2>/dev/null; ln -s x /etc/mtab";
  const { output, result } = await root.run(script);
  expect(output).toBe("");
  expect(await root.layerPaths(result)).toEqual(["etc/", "etc/mtab"]);
  const gone = await root.run("rm -f /.dockerenv");
  expect(await root.layerPaths(gone.result)).toEqual([]);
});

test("a step is process 1 with Docker's capabilities, the environment in order, and no input", async () => {
  const { output } = await root.run('echo $$; grep -E "^(CapEff|Seccomp):" /proc/self/status; cat');
  expect(output).toBe("1\nCapEff:\t00000000a80425fb\nSeccomp:\t2\n");
  const { output: environment } = await root.run("", { args: ["env"], env: ["Z=1", "A=2"] });
  expect(environment).toBe(
    "Z=1\nA=2\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOME=/root\n",
  );
});

test("a step runs as its user, in its folder, which is made and kept", async () => {
  const { output, result } = await root.run("id -u; id -g; pwd", { user: "1234:55", cwd: "/a/b" });
  expect(output).toBe("1234\n55\n/a/b\n");
  expect(await root.layerPaths(result)).toEqual(["a/", "a/b/"]);
});

test("a script is there while the step runs, and not in the layer", async () => {
  const script = { path: "/dev/pipes/EOF", content: "#!/bin/sh\necho from $0\n" };
  const { output, result } = await root.run("", { args: [script.path], script });
  expect(output).toBe("from /dev/pipes/EOF\n");
  expect(await root.layerPaths(result)).toEqual([]);
});

test("a root without the kernel's folders gets them, as in BuildKit", async () => {
  const bare = root.add(await root.makeStack([["bin/sh", readFileSync("/bin/busybox")]]));
  const { output, result } = await root.run("ls /; echo x > /x", { base: bare });
  expect(output).toBe("bin\ndev\netc\nproc\nsys\n");
  expect(await root.layerPaths(result)).toEqual(["dev/", "proc/", "sys/", "x"]);
});

test("a step on the default network has an address and a route; one on none has neither", async () => {
  const script = "grep -c : /proc/net/dev; wc -l < /proc/net/route";
  const { output } = await root.run(script, {}, { request: { network: "default" } });
  expect(output).toBe("2\n3\n");
  const none = await root.run(script, { network: "none" }, { request: { network: "default" } });
  expect(none.output).toBe("1\n1\n");
});

test("the host's network and an insecure step need their entitlements", async () => {
  await expect(root.run("true", { network: "host" })).rejects.toMatchObject({
    kind: "forbidden",
    message: "network.host is not allowed",
  });
  await expect(root.run("true", { security: "insecure" })).rejects.toMatchObject({
    message: "security.insecure is not allowed",
  });
  const allow = ["network.host", "security.insecure"];
  const definition = { network: "host", security: "insecure" } as const;
  const { output } = await root.run(
    'readlink /proc/self/ns/net; grep -E "^Seccomp:" /proc/self/status; mkdir /sys/fs/cgroup/x 2>&1 | wc -l',
    definition,
    { request: { allow } },
  );
  const own = Bun.spawnSync(["readlink", "/proc/self/ns/net"]).stdout.toString();
  expect(output).toStartWith(`${own}Seccomp:\t0\n`);
});

test("a failing step says what failed, keeps the end of its output, and makes no layer", async () => {
  const failed = await failure(root.run("echo before; echo err >&2; exit 3"));
  expect(failed.message).toBe(
    'process "/bin/sh -c echo before; echo err >&2; exit 3" did not complete successfully: exit code: 3',
  );
  expect(failed.exitCode).toBe(3);
  expect(failed.output.split("\n").sort()).toEqual(["", "before", "err"]);
});

test("a user that is not there is the step's failure", async () => {
  const failed = await failure(root.run("true", { user: "nope" }));
  expect(failed.message).toBe(
    'process "/bin/sh -c true" did not complete successfully: unable to find user nope: no matching entries in passwd file',
  );
});

test("limits really hold, and too much memory is told as BuildKit tells it", async () => {
  const given = {
    ...limits,
    shmSize: 1 << 20,
    ulimits: [{ Name: "nofile", Soft: 100, Hard: 200 }],
    cpusetCpus: "0",
  };
  const { output } = await root.run(
    "ulimit -n; df -k /dev/shm | tail -1; grep Cpus_allowed_list /proc/self/status",
    {},
    { request: { limits: given } },
  );
  expect(output).toContain("100\n");
  expect(output).toMatch(/shm +1024 /);
  expect(output).toContain("Cpus_allowed_list:\t0\n");
  const failed = await failure(
    root.run(
      "exec dd if=/dev/zero of=/dev/null bs=64M count=1",
      {},
      { request: { limits: { ...limits, memory: 8 << 20, memorySwap: 8 << 20 } } },
    ),
  );
  expect(failed.message).toEndWith("did not complete successfully: cannot allocate memory");
  expect(failed.hint).toContain("limit of memory: it is 8 MiB");
});

test("proxies reach the step and no key", async () => {
  const request = { proxies: { HTTP_PROXY: "http://p:1" } };
  const { output } = await root.run("echo $HTTP_PROXY $http_proxy", {}, { request });
  expect(output).toBe("http://p:1 http://p:1\n");
  const definition = runDefinition(root.base, "true");
  const [plain, proxied] = [root.context(), root.context({ request })];
  expect(await runKey(definition, proxied)).toEqual(await runKey(definition, plain));
});

test("every part of a step that can change its result changes its key", async () => {
  const key = async (change: object, request: Partial<BuildRequest> = {}) =>
    JSON.stringify(await runKey(runDefinition(root.base, "true", change), root.context({ request })));
  const plain = await key({});
  const changes = [
    { args: ["true"] },
    { env: ["A=1"] },
    { cwd: "/x" },
    { user: "1" },
    { network: "host" },
    { security: "insecure" },
    { script: { path: "/s", content: "x" } },
    { base: root.add({ kind: "stack", top: undefined }) },
  ];
  const keys = await Promise.all(changes.map((change) => key(change)));
  const requests = [
    { network: "host" },
    { extraHosts: ["a:1.2.3.4"] },
    { buildArgs: { BUILDKIT_SANDBOX_HOSTNAME: "h" } },
  ];
  const more = await Promise.all(requests.map((request) => key({}, request)));
  expect(new Set([plain, ...keys, ...more]).size).toBe(12 - 1);
});

test("an abort kills the step at once and leaves nothing mounted", async () => {
  const abort = new AbortController();
  const running = root.run(
    "sleep 1000 & echo ready; sleep 1000",
    {},
    {
      signal: abort.signal,
      onOutput: () => abort.abort(),
      request: { network: "default" },
    },
  );
  await expect(running).rejects.toMatchObject({ kind: "cancelled" });
  const mounts = readFileSync("/proc/self/mountinfo", "utf8");
  expect(mounts).not.toContain(root.context().store.root);
  expect(mounts).not.toContain(root.context().store.run);
});
