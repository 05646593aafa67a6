import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { type BuildFolder, buildFolder } from "../support/build-folder.ts";
import { type EngineRoot, engineRoot, IMAGE } from "../support/engine-root.ts";

setDefaultTimeout(60_000);
let at: EngineRoot;
let folder: BuildFolder;
beforeAll(async () => {
  at = await engineRoot();
});
beforeEach(async () => {
  folder = await buildFolder(at);
});
afterEach(() => at.expectNothingLeft());
afterAll(() => at[Symbol.asyncDispose]());

async function layersOf(image: string): Promise<string[]> {
  const { stdout } = await at.cli(["image", "inspect", "--format", "{{ json .RootFS.Layers }}", image]);
  return JSON.parse(stdout) as string[];
}

async function idOf(image: string): Promise<string> {
  return (await at.cli(["image", "inspect", "--format", "{{ .Id }}", image])).stdout.trim();
}

test("after one line is changed only the layer of the COPY is new, and both versions share the rest", async () => {
  await folder.write("index.js", "one\n");
  const dockerfile = `FROM ${IMAGE}\nRUN echo installed > /tool\nCOPY . /app\nWORKDIR /app\nCMD ["cat", "index.js"]\n`;
  const first = await folder.build(["-t", "hello:v0.1"], dockerfile);
  expect(first).toMatchObject({ exitCode: 0, stdout: "" });
  await folder.write("index.js", "one\ntwo\n");
  const second = await folder.build(["-t", "hello:v0.2"]);
  expect(folder.steps(second)).toEqual({
    ran: ["COPY . /app", "WORKDIR /app"],
    cached: ["RUN echo installed > /tool"],
  });
  const run = await at.cli(["run", "--rm", "--network", "none", "hello:v0.2"]);
  expect(run).toEqual({ stdout: "one\ntwo\n", stderr: "", exitCode: 0 });
  const [old, now] = [await layersOf("hello:v0.1"), await layersOf("hello:v0.2")];
  expect(now.slice(0, 2)).toEqual(old.slice(0, 2));
  expect(now[2]).not.toBe(old[2]);
  const { stdout: history } = await at.cli([
    "image",
    "history",
    "--format",
    "{{ .CreatedBy }}|{{ .Comment }}",
    "--no-trunc",
    "hello:v0.2",
  ]);
  expect(history.split("\n").slice(0, 4)).toEqual([
    'CMD ["cat" "index.js"]|buildkit.dockerfile.v0',
    "WORKDIR /app|buildkit.dockerfile.v0",
    "COPY . /app # buildkit|buildkit.dockerfile.v0",
    "RUN /bin/sh -c echo installed > /tool # buildkit|buildkit.dockerfile.v0",
  ]);
});

test("the same inputs give the same image, out of the cache", async () => {
  const dockerfile = `FROM ${IMAGE}\nENV A=1\nRUN date > /now\nLABEL x=y\n`;
  await folder.build(["-t", "same:1"], dockerfile);
  const again = await folder.build(["-t", "same:2"]);
  expect(folder.steps(again).ran).toEqual([]);
  expect(await idOf("same:2")).toBe(await idOf("same:1"));
});

test("a date in the environment makes two builds without a cache give one image", async () => {
  await folder.write("f", "x");
  const dockerfile = `FROM ${IMAGE}\nRUN mkdir /made && touch /made/file\nCOPY f /dir/f\nWORKDIR /w\n`;
  const ids: string[] = [];
  await folder.write("Dockerfile", dockerfile);
  for (const tag of ["dated:1", "dated:2"]) {
    const words = ["build", "-q", "--no-cache", "-t", tag, folder.path];
    const { stdout } = await at.cli(words, { env: { SOURCE_DATE_EPOCH: "1600000000" } });
    ids.push(stdout.trim());
  }
  expect(ids[0]).toStartWith("sha256:");
  expect(ids[1]).toBe(ids[0] ?? "");
  const { stdout } = await at.cli(["image", "inspect", "--format", "{{ .Created }}", "dated:1"]);
  expect(stdout.trim()).toBe("2020-09-13T12:26:40Z");
});

test("two builds of which only the second differs are told apart by the first difference", async () => {
  await folder.write("Dockerfile", `FROM ${IMAGE}\nRUN echo fixed > /a\nRUN cat /proc/uptime > /b\n`);
  const words = ["build", "--verify-reproducible", "--progress", "plain", folder.path];
  const outcome = await at.cli(words, { env: { SOURCE_DATE_EPOCH: "1600000000" } });
  expect(outcome.exitCode).toBe(1);
  expect(outcome.stderr).toContain("not reproducible: RUN /bin/sh -c cat /proc/uptime > /b: /b: content");
  const { stdout: dangling } = await at.cli(["images", "-q", "--filter", "dangling=true"]);
  expect(dangling.trim().split("\n").filter(Boolean).length).toBeLessThanOrEqual(1);
});

describe("stages", () => {
  const TWO = `FROM ${IMAGE} AS made
RUN echo artefact > /out
FROM ${IMAGE} AS unused
RUN false
FROM scratch
COPY --from=made /out /result
COPY --from=0 /bin/busybox /bin/cat
`;

  test("that the target does not need are not run", async () => {
    const outcome = await folder.build(["-t", "stages"], TWO);
    expect(outcome.exitCode).toBe(0);
    expect(folder.steps(outcome).ran).not.toContain("RUN false");
    const run = await at.cli(["run", "--rm", "--network", "none", "stages", "/bin/cat", "/result"]);
    expect(run.stdout).toBe("artefact\n");
  });

  test("that changed but gave the same files do not touch what was copied from them", async () => {
    const source = (note: string) =>
      `FROM ${IMAGE} AS made\nRUN echo ${note} && echo same > /out\nFROM scratch\nCOPY --from=made /out /result\n`;
    await folder.build(["-t", "copied"], source("one"));
    const outcome = await folder.build(["-t", "copied"], source("two"));
    expect(folder.steps(outcome)).toEqual({
      ran: ["RUN echo two && echo same > /out"],
      cached: ["COPY --from=made /out /result"],
    });
  });

  test("that do not need each other run at the same time", async () => {
    // Each waits for what the other writes into the cache that both mount.
    const wait = (mine: string, other: string) =>
      `RUN --mount=type=cache,id=meet,target=/c touch /c/${mine}; for i in $(seq 200); do test -e /c/${other} && exit 0; sleep 0.05; done; exit 1`;
    const outcome = await folder.build(
      [],
      `FROM ${IMAGE} AS a\n${wait("a", "b")}\nFROM ${IMAGE} AS b\n${wait("b", "a")}\nFROM scratch\nCOPY --from=a /etc/passwd /a\nCOPY --from=b /etc/passwd /b\n`,
    );
    expect(outcome.exitCode).toBe(0);
  });
});

test("two builds at the same time run an equal step once", async () => {
  const dockerfile = `FROM ${IMAGE}\nRUN sleep 0.5; cat /proc/sys/kernel/random/uuid > /uuid\n`;
  await folder.write("Dockerfile", dockerfile);
  const outcomes = await Promise.all(
    ["at-once:1", "at-once:2"].map((tag) => at.cli(["build", "--progress", "plain", "-t", tag, folder.path])),
  );
  expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(await idOf("at-once:1")).toBe(await idOf("at-once:2"));
  expect(outcomes.flatMap((outcome) => folder.steps(outcome).ran)).toHaveLength(1);
});

describe("a miss is explained", () => {
  test("by the file, the argument and the instruction that changed", async () => {
    await folder.write("a", "1");
    await folder.write("b", "1");
    const dockerfile = `FROM ${IMAGE}\nARG V=1\nRUN echo $V\nCOPY . /app\n`;
    await folder.build([], dockerfile);
    await folder.write("b", "2");
    const plan = await at.cli(["build", "--plan", folder.path]);
    expect(plan.stdout).toContain("b: content changed");
    expect(plan.exitCode).toBe(0);
    const built = await at.cli(["build", "--explain", "-q", "--build-arg", "V=2", folder.path]);
    expect(`${built.stdout}${built.stderr}`).toContain("variable V changed: 1 -> 2");
    await folder.build([], dockerfile.replace("echo $V", "echo now $V"));
    const why = await at.cli(["builder", "why", "last"]);
    expect(why.stdout).toContain("the instruction changed: RUN echo $V -> RUN echo now $V");
  });

  test("and nothing is run for a plan", async () => {
    await folder.write("Dockerfile", `FROM ${IMAGE}\nRUN echo planned\n`);
    const before = at.store.rows("SELECT key FROM build_cache").length;
    const plan = await at.cli(["build", "--plan", folder.path]);
    expect(plan.stdout).toContain("it was not built before");
    expect(at.store.rows("SELECT key FROM build_cache")).toHaveLength(before);
  });
});

test("the cache of another store is taken from a folder, layers only as far as they are needed", async () => {
  const dockerfile = `FROM ${IMAGE} AS made\nRUN head -c 100000 /dev/zero > /big\nFROM ${IMAGE}\nRUN cat /proc/sys/kernel/random/uuid > /uuid\nCOPY --from=made /etc/passwd /p\n`;
  const cache = `${at.root.path}/cache`;
  await folder.build(["-t", "cached", "--cache-to", `type=local,dest=${cache},mode=max`], dockerfile);
  await using other = await engineRoot();
  const outcome = await other.cli([
    "build",
    "--progress",
    "plain",
    "-t",
    "cached",
    "--cache-from",
    `type=local,src=${cache}`,
    folder.path,
  ]);
  expect(outcome.exitCode).toBe(0);
  expect(folder.steps(outcome).ran).toEqual([]);
  const { stdout } = await other.cli(["image", "inspect", "--format", "{{ .Id }}", "cached"]);
  expect(stdout.trim()).toBe(await idOf("cached"));
  // The layer with the large file was never needed.
  expect(other.store.rows("SELECT 1 FROM layers WHERE size >= 100000 AND size < 200000")).toEqual([]);
});

test("what is pruned is gone from the disk, and is built again", async () => {
  await folder.build(["-t", "pruned"], `FROM ${IMAGE}\nRUN head -c 5000000 /dev/urandom > /big\n`);
  await at.cli(["rmi", "pruned"]);
  const pruned = await at.cli(["builder", "prune", "-a", "-f"]);
  expect(pruned.exitCode).toBe(0);
  expect(pruned.stdout).toMatch(/Total:?\s+5(\.\d+)?MB/);
  expect(at.store.rows("SELECT 1 FROM layers WHERE size >= 5000000")).toEqual([]);
  const again = await folder.build(["-t", "pruned"]);
  expect(folder.steps(again).ran).toHaveLength(1);
});
