import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BuildError } from "../../../build/index.ts";
import type { BuildCallOptions, Builds, BuildWarning, CheckReport } from "../../../engine/index.ts";
import { DOCKERFILE, ID, openBench, REPORT } from "./build-bench.fixture.ts";

const bench = openBench();
const { folder, run } = bench;
afterAll(() => bench[Symbol.dispose]());

const WARNING: BuildWarning = {
  rule: "FromAsCasing",
  message: "casing does not match",
  description: "It should match",
  url: "https://example.com/rule",
  lines: [1, 1],
};

describe("what the user gets", () => {
  test("the ID on stdout when it is to be quiet, in a file, and facts in another", async () => {
    const files = [join(folder, "iid"), join(folder, "md.json")] as const;
    const { out, err } = await run(["-q", "--iidfile", files[0], "--metadata-file", files[1], "ctx"]);
    expect([out, err]).toEqual([`${ID}\n`, ""]);
    expect(readFileSync(files[0], "utf8")).toBe(ID);
    expect(JSON.parse(readFileSync(files[1], "utf8"))).toEqual({
      "containerimage.config.digest": ID,
      "containerimage.digest": ID,
      "image.name": "docker.io/library/hello:v1",
    });
    expect((await run(["--iidfile", "/nope/x", "ctx"])).err).toEndWith(
      "ERROR: writing image ID file: open /nope/x: no such file or directory\n",
    );
  });

  test("progress and findings on stderr, nothing on stdout", async () => {
    const builds: Partial<Builds> = {
      build: async (_, options) => {
        options?.onEvent?.({ kind: "started", vertex: "a", name: "[1/1] RUN x", time: 5 });
        options?.onEvent?.({ kind: "completed", vertex: "a", cached: true, time: 6 });
        return { ...REPORT, warnings: [WARNING] };
      },
    };
    const { out, err } = await run(["ctx"], { builds });
    expect(out).toBe("");
    expect(err).toBe(
      '#0 building with "default" instance using docker driver\n\n#1 [1/1] RUN x\n#1 CACHED\n\n 1 warning found (use strake --debug to expand):\n - FromAsCasing: casing does not match (line 1)\n',
    );
    expect((await run(["-D", "ctx"], { builds })).err).toContain(
      "It should match\nMore info: https://example.com/rule\nDockerfile:1\n",
    );
  });

  test("a failed step with its output, findings, place, and the error last", async () => {
    const builds: Partial<Builds> = {
      build: async (_, options?: BuildCallOptions) => {
        const tell = options?.onEvent ?? (() => {});
        tell({ kind: "started", vertex: "a", name: "[2/2] RUN false", time: 0 });
        tell({ kind: "warning", vertex: "a", warning: WARNING, time: 1 });
        tell({ kind: "log", vertex: "a", stream: "stderr", data: Buffer.from("oops\n"), time: 100 });
        tell({ kind: "completed", vertex: "a", cached: false, time: 200, error: "exit code: 1" });
        throw new BuildError("invalidArgument", "exit code: 1", {
          excerpt: "Dockerfile:2\n----\n",
          hint: "look there",
        });
      },
    };
    const { status, out, err } = await run(["-o", "type=tar,dest=t.tar", "ctx"], { builds });
    expect([status, out]).toEqual([1, ""]);
    expect(err).toEndWith(
      "#1 ERROR: exit code: 1\n------\n > [2/2] RUN false:\n0.100 oops\n------\n" +
        "\n 1 warning found (use strake --debug to expand):\n - FromAsCasing: casing does not match (line 1)\n" +
        "Dockerfile:2\n----\nERROR: failed to build: failed to solve: exit code: 1\nHint: look there\n",
    );
    expect(existsSync(join(folder, "t.tar"))).toBe(false);
  });

  test("a file of an output appears whole", async () => {
    const file = join(folder, "out.tar");
    const builds: Partial<Builds> = {
      build: async ({ outputs = [] }) => {
        const [output] = outputs;
        if (output?.kind !== "tar") throw new Error("no tar");
        writeSync(output.fd, "all of it");
        expect(existsSync(file)).toBe(false);
        return REPORT;
      },
    };
    expect((await run(["-o", `type=tar,dest=${file}`, "ctx"], { builds })).status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("all of it");
  });

  test("why each step ran, and what a build would do", async () => {
    expect((await run(["-q", "--explain", "ctx"])).err).toBe(
      "cached      [1/2] FROM x\nran, 1.2s   [2/2] COPY . /\n            index.js changed\n",
    );
    const builds: Partial<Builds> = {
      plan: async () => [
        { name: "[1/3] FROM x", status: "hit", reason: "" },
        { name: "[2/3] COPY . /", status: "miss", reason: "index.js changed" },
        { name: "[3/3] RUN make", status: "unknown", reason: "" },
      ],
    };
    const { out, requests } = await run(["--plan", "ctx"], { builds });
    expect(requests).toEqual([]);
    expect(out).toBe(
      "cached      [1/3] FROM x\nruns        [2/3] COPY . /\n            index.js changed\nopen        [3/3] RUN make\n1 cached, 1 to run, 1 open until those have run\n",
    );
  });

  test("whether two builds give the same", async () => {
    const difference = { step: "RUN date > /now", path: "/now", what: "content" };
    const differing = await run(["-q", "--verify-reproducible", "ctx"], {
      builds: { verify: async () => ({ report: REPORT, difference }) },
    });
    expect(differing).toMatchObject({
      status: 1,
      out: `${ID}\n`,
      err: "not reproducible: RUN date > /now: /now: content\n",
    });
    const equal = await run(["-q", "--verify-reproducible", "ctx"], {
      builds: { verify: async () => ({ report: REPORT, difference: undefined }) },
    });
    expect(equal).toMatchObject({ status: 0, err: "reproducible: both builds gave the same\n" });
  });
});

describe("calls that build nothing", () => {
  const check = (report: Partial<CheckReport>) => ({
    builds: { check: async () => ({ warnings: [], dockerfile: DOCKERFILE, ...report }) },
  });

  test("check", async () => {
    expect(await run(["--check", "--progress", "quiet", "ctx"], check({}))).toMatchObject({
      status: 0,
      out: "Check complete, no warnings found.\n",
    });
    expect(await run(["--call", "check", "-q", "ctx"], check({ warnings: [WARNING] }))).toMatchObject({
      status: 1,
      out: `Check complete, 1 warning has been found!\n\nWARNING: FromAsCasing - https://example.com/rule\ncasing does not match\n${folder}/ctx/Dockerfile:1\n--------------------\n   1 | >>> FROM x as y\n   2 |     RUN false\n   3 |     CMD z\n--------------------\n`,
    });
    const error = { message: "unknown instruction: RUM", lines: [2, 2] as const };
    expect((await run(["--check", "-q", "ctx"], check({ error }))).out).toStartWith(
      `ERROR: unknown instruction: RUM\n${folder}/ctx/Dockerfile:2\n`,
    );
    const json = await run(["--call=check,format=json", "-q", "ctx"], check({ warnings: [WARNING] }));
    expect(JSON.parse(json.out)).toEqual({
      warnings: [
        {
          ruleName: "FromAsCasing",
          description: "It should match",
          url: "https://example.com/rule",
          detail: "casing does not match",
          location: { ranges: [{ start: { line: 1 }, end: { line: 1 } }] },
        },
      ],
      sources: [{ filename: "Dockerfile", data: btoa(DOCKERFILE.text), language: "Dockerfile" }],
    });
  });

  test("outline and targets", async () => {
    const item = (name: string, line: number) => ({ name, lines: [line, line] as const });
    const builds: Partial<Builds> = {
      outline: async () => ({
        name: "app",
        description: "The App",
        args: [
          { ...item("VERSION", 4), description: "The version of it", value: "1" },
          { ...item("TOKEN", 8), description: "", value: undefined },
        ],
        secrets: [
          { ...item("s2", 10), required: false },
          { ...item("s1", 10), required: true },
        ],
        ssh: [{ ...item("x", 10), required: false }],
        dockerfile: DOCKERFILE,
      }),
      targets: async () => ({
        targets: [
          { ...item("base", 6), description: "is the first", base: "scratch", platform: "", default: false },
          { ...item("app", 12), description: "The App", base: "base", platform: "", default: true },
        ],
        dockerfile: DOCKERFILE,
      }),
    };
    const text = async (call: string) => (await run(["-q", "--call", call, "ctx"], { builds })).out;
    expect(await text("outline")).toBe(
      "TARGET:      app\nDESCRIPTION: The App\n\nBUILD ARG   VALUE   DESCRIPTION\nVERSION     1       The version of it\nTOKEN               \n\nSECRET   REQUIRED\ns1       true\ns2       \n\nSSH   REQUIRED\nx     \n\n",
    );
    expect(await text("targets")).toBe(
      "TARGET        DESCRIPTION\nbase          is the first\napp (default) The App\n",
    );
    expect(JSON.parse(await text("outline,format=json"))).toMatchObject({
      name: "app",
      args: [{ name: "VERSION", value: "1" }, { name: "TOKEN" }],
      secrets: [{ name: "s2" }, { name: "s1", required: true }],
    });
    expect(JSON.parse(await text("targets,format=json")).targets[1]).toEqual({
      name: "app",
      default: true,
      description: "The App",
      base: "base",
      location: { ranges: [{ start: { line: 12 }, end: { line: 12 } }] },
    });
  });
});
