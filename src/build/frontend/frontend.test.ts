import { describe, expect, test } from "bun:test";
import { definitionsOf, historyOf, readText, shownSteps } from "./frontend.fixture.ts";
import { DEFAULT_PATH } from "./stage-state.ts";

const PATH = `PATH=${DEFAULT_PATH}`;

describe("a graph", () => {
  test("has only what the target needs", async () => {
    const text = `FROM base AS a
RUN one
FROM base AS unused
RUN two
FROM base
COPY --from=a /x /y
`;
    expect(shownSteps(await readText(text))).toEqual([
      "[stage-2 1/2] FROM docker.io/library/base:latest",
      "[a 2/2] RUN one",
      "[stage-2 2/2] COPY --from=a /x /y",
    ]);
    expect(shownSteps(await readText(text, { target: "UNUSED" }))).toEqual([
      "[unused 1/2] FROM docker.io/library/base:latest",
      "[unused 2/2] RUN two",
    ]);
    expect(shownSteps(await readText(text, { target: "0" }))).toHaveLength(2);
  });

  test("counts FROM where it brings files in, and keeps the places aligned", async () => {
    const two = await readText(
      "FROM base AS a\nRUN one\nFROM a AS b\nRUN two\nFROM scratch\nCOPY --from=b /x /y\n",
    );
    expect(shownSteps(two)).toEqual([
      "[a 1/2] FROM docker.io/library/base:latest",
      "[a 2/2] RUN one",
      "[b 1/1] RUN two",
      "[stage-2 1/1] COPY --from=b /x /y",
    ]);
    const steps = shownSteps(await readText(`FROM base AS a\n${"RUN x\n".repeat(9)}RUN y\n`));
    expect([steps[0], steps.at(-1)]).toEqual(["[ 1/11] FROM docker.io/library/base:latest", "[11/11] RUN y"]);
  });

  test("has an equal step once", async () => {
    const target = await readText(
      "FROM base AS a\nRUN x\nFROM base AS b\nRUN x\nFROM a\nCOPY --from=b / /\n",
    );
    expect(definitionsOf(target, "run")).toHaveLength(1);
  });

  test("counts the steps of a lone stage without a name", async () => {
    const target = await readText("FROM base\nENV A=1\nRUN echo $A\nWORKDIR /w\n");
    expect(shownSteps(target)).toEqual([
      "[1/3] FROM docker.io/library/base:latest",
      "[2/3] RUN echo 1",
      "[3/3] WORKDIR /w",
    ]);
  });

  test("of a stage that stands on another goes on where that ended", async () => {
    const target = await readText('FROM base AS a\nARG V=1\nENV E=2\nWORKDIR /a\nFROM a\nRUN x\nCMD ["y"]\n');
    expect(definitionsOf(target, "run")).toMatchObject([{ env: [PATH, "V=1", "E=2"], cwd: "/a" }]);
    expect(target.config).toEqual({ Env: [PATH, "E=2"], WorkingDir: "/a", Cmd: ["y"], ArgsEscaped: true });
  });
});

describe("variables", () => {
  test("of the global scope are seen by FROM, and in a stage only after ARG", async () => {
    const text = "ARG B=base\nARG V=1\nFROM $B\nRUN a\nARG V\nRUN b\n";
    expect(definitionsOf(await readText(text), "run")).toMatchObject([
      { env: [PATH] },
      { env: [PATH, "V=1"] },
    ]);
    const given = await readText(text, { buildArgs: { V: "9" } });
    expect(definitionsOf(given, "run")[1]).toMatchObject({ env: [PATH, "V=9"] });
  });

  test("of the platform are there when they are asked for", async () => {
    const target = await readText(
      "FROM --platform=$BUILDPLATFORM base\nARG TARGETARCH\nARG TARGETPLATFORM\nRUN x\n",
    );
    expect(definitionsOf(target, "run")).toMatchObject([
      { env: [PATH, "TARGETARCH=amd64", "TARGETPLATFORM=linux/amd64"] },
    ]);
  });

  test("of arguments are in the history of steps, and not in the image", async () => {
    const target = await readText("FROM base\nARG V=1\nARG W\nENV E=$V\nRUN make\n");
    expect(historyOf(target)).toEqual([
      "  ARG V=1",
      "  ARG W",
      "  ENV E=1",
      "+ RUN |2 V=1 W= /bin/sh -c make # buildkit",
    ]);
    expect(target.config.Env).toEqual([PATH, "E=1"]);
  });

  test("of proxies are no part of a step", async () => {
    const target = await readText("FROM base\nRUN x\n", { buildArgs: { HTTP_PROXY: "http://p" } });
    expect(definitionsOf(target, "run")).toMatchObject([{ env: [PATH] }]);
  });
});

describe("an image's config", () => {
  test("is what the instructions make of that of the base", async () => {
    const base = {
      Env: ["PATH=/bin", "A=0", "B=0"],
      Cmd: ["sh"],
      Labels: { x: "1" },
      ExposedPorts: { "1/tcp": {} },
      WorkingDir: "/base",
    };
    const target = await readText(
      `FROM base
ENV A=1 C="two words"
LABEL x=2 y=3
EXPOSE 80 53/udp
VOLUME /v
USER bob
WORKDIR sub
STOPSIGNAL SIGTERM
HEALTHCHECK --retries=3 CMD true
ENTRYPOINT ["app"]
MAINTAINER me
`,
      { labels: { y: "9" } },
      { base },
    );
    expect(target.config).toEqual({
      Env: ["PATH=/bin", "A=1", "B=0", "C=two words"],
      Labels: { x: "2", y: "9" },
      ExposedPorts: { "1/tcp": {}, "53/udp": {}, "80/tcp": {} },
      Volumes: { "/v": {} },
      User: "bob",
      WorkingDir: "/base/sub",
      StopSignal: "SIGTERM",
      Healthcheck: { Test: ["CMD-SHELL", "true"], Retries: 3 },
      Entrypoint: ["app"],
    });
    expect(target.author).toBe("me");
  });

  test("keeps the command when the stage sets it before the entry point", async () => {
    const target = await readText('FROM base\nCMD ["a"]\nENTRYPOINT ["b"]\n', {}, { base: { Cmd: ["sh"] } });
    expect(target.config).toMatchObject({ Cmd: ["a"], Entrypoint: ["b"] });
  });

  test("uses the shell that is set for the lines after it", async () => {
    const target = await readText('FROM base\nSHELL ["/bin/bash", "-c"]\nRUN x\nCMD y\n');
    expect(definitionsOf(target, "run")).toMatchObject([{ args: ["/bin/bash", "-c", "x"] }]);
    expect(target.config.Cmd).toEqual(["/bin/bash", "-c", "y"]);
  });
});

describe("triggers", () => {
  test("are kept by one image and run by the next", async () => {
    const kept = await readText("FROM base\nONBUILD RUN echo $V\nONBUILD COPY . /src\n");
    expect(kept.config.OnBuild).toEqual(["RUN echo $V", "COPY . /src"]);
    expect(historyOf(kept)).toEqual([]);
    const target = await readText("FROM child\nENV V=1\n", {}, { child: { OnBuild: ["RUN a", "ENV W=2"] } });
    expect(shownSteps(target)).toEqual(["[1/2] FROM docker.io/library/child:latest", "[2/2] RUN a"]);
    expect(target.config).toEqual({ Env: [PATH, "W=2", "V=1"] });
  });
});

describe("heredocs", () => {
  test("are a script by themselves, and go to the shell with the rest of a line", async () => {
    const target = await readText(
      "FROM base\nRUN <<EOF\necho 1\necho 2\nEOF\nRUN cat <<A > /x\nline\nA\nRUN <<EOF\n#!/bin/app\nrun\nEOF\n",
    );
    expect(definitionsOf(target, "run")).toMatchObject([
      { args: ["/bin/sh", "-c", "echo 1\necho 2\n"], script: undefined },
      { args: ["/bin/sh", "-c", "cat <<A > /x\nline\nA"] },
      {
        args: ["/bin/sh", "-c", "/dev/pipes/EOF"],
        script: { path: "/dev/pipes/EOF", content: "#!/bin/app\nrun\n" },
      },
    ]);
  });

  test("are files for COPY", async () => {
    const target = await readText("FROM base\nENV N=1\nCOPY <<a <<'b' /dir/\n$N\na\n$N\nb\n");
    expect(definitionsOf(target, "inline")).toEqual([
      {
        op: "inline",
        files: [
          { name: "a", content: "1\n", mode: 0o644 },
          { name: "b", content: "$N\n", mode: 0o644 },
        ],
      },
    ]);
    expect(historyOf(target).at(-1)).toBe("+ COPY <<a <<b /dir/ # buildkit");
  });
});

describe("a mistake", () => {
  test.each([
    [
      "FROM base\nCOPY --from=2 a b\nFROM base AS x\nFROM base\n",
      "it needs to be defined before current stage",
      2,
      "0",
    ],
    ["FROM a AS a\n", "No such image: a:latest", 1, undefined],
    ["ARG X\nFROM $X\n", "base name ($X) should not be blank", 2, undefined],
    ["FROM base\nRUN --network=host x\n", "network.host is not allowed", 2, undefined],
    ["FROM base\nRUN --security=insecure x\n", "security.insecure is not allowed", 2, undefined],
    ["FROM base\nRUN []\n", "arguments are required", 2, undefined],
    ["FROM base\nCOPY https://x.test/y /z\n", "source can't be a URL for COPY", 2, undefined],
    ["FROM base\nCOPY git@x.test:a/b /z\n", "source can't be a git ref for COPY", 2, undefined],
    ["FROM base\nADD --checksum=foo http://x.test/y /z\n", "invalid checksum digest format", 2, undefined],
    ["FROM base\nCOPY --from=0 a b\n", "circular dependency detected on stage: stage-0", 2, undefined],
    [
      "# escape=`\n# syntax=other/language:1\nFROM base\n",
      "frontend other/language:1 is not supported",
      2,
      undefined,
    ],
    [
      "FROM base\nADD --checksum=sha256:aa a b /c/\n",
      "checksum can't be specified for multiple sources",
      2,
      undefined,
    ],
  ] as const)("is told with its line: %j", async (text, message, line, target) => {
    const error = await readText(text, target === undefined ? {} : { target }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(error).toMatchObject({ ranges: [{ start: { line } }] });
  });

  test("in the name of the target comes with a suggestion", async () => {
    await expect(readText("FROM base AS build\n", { target: "buidl" })).rejects.toThrow(
      'target stage "buidl" could not be found (did you mean build?)',
    );
  });
});

test("every version of the Dockerfile frontend is the one that is built in", async () => {
  const names = [
    "docker/dockerfile",
    "docker.io/docker/dockerfile:1.7-labs",
    "mirror.test/x/dockerfile-upstream:master",
  ];
  for (const name of names)
    expect(shownSteps(await readText(`# syntax=${name}\nFROM base\n`))).toHaveLength(1);
  const request = { buildArgs: { BUILDKIT_SYNTAX: "other/language" } };
  await expect(readText("FROM base\n", request)).rejects.toMatchObject({ kind: "notImplemented" });
});

test("ports are written to the history in the order of their words, before those are expanded", async () => {
  const target = await readText("FROM base\nARG P=8080\nEXPOSE 9 80 $P/udp\n");
  expect(historyOf(target).at(-1)).toBe("  EXPOSE [8080/udp 80/tcp 9/tcp]");
});

test("TARGETSTAGE is the target as it was asked for, else the name of the last stage", async () => {
  const stageOf = async (text: string, target?: string) => {
    const request = target === undefined ? {} : { target };
    const [run] = definitionsOf(await readText(text, request), "run");
    return run?.op === "run" ? run.env.at(-1) : undefined;
  };
  const use = "ARG TARGETSTAGE\nRUN x\n";
  expect(await stageOf(`FROM base\n${use}`)).toBe("TARGETSTAGE=default");
  expect(await stageOf(`FROM base AS Last\n${use}`)).toBe("TARGETSTAGE=last");
  expect(await stageOf(`FROM base AS one\n${use}FROM base\n`, "ONE")).toBe("TARGETSTAGE=ONE");
});

test("an empty --from means the context", async () => {
  const target = await readText("FROM base\nCOPY --from= a b\n");
  expect(definitionsOf(target, "local")).toEqual([{ op: "local", name: "context" }]);
});

test("the cache is not used for the stages that the request names", async () => {
  const text = "FROM base AS a\nRUN one\nFROM base AS b\nRUN two\nCOPY --from=a / /\n";
  const { table } = await readText(text, { noCache: ["A"] });
  const ignored = [...table.values()].filter(({ ignoreCache }) => ignoreCache).map(({ label }) => label.text);
  expect(ignored).toEqual(["RUN one"]);
});

test("a named context stands for an image, a stage, or files", async () => {
  const text = "FROM base AS s\nCOPY --from=lib /a /b\n";
  const files = await readText(text, { contexts: { lib: { kind: "folder", path: "/lib" } } });
  expect(definitionsOf(files, "local")).toEqual([{ op: "local", name: "lib" }]);
  const image = await readText(
    text,
    {
      contexts: {
        "docker.io/library/base:latest": { kind: "image", reference: "other" },
        lib: { kind: "image", reference: "other" },
      },
    },
    { other: {} },
  );
  expect(definitionsOf(image, "image")).toMatchObject([{ name: "other" }]);
});

describe("ten thousand instructions", () => {
  const many = (line: (at: number) => string) => Array.from({ length: 10_000 }, (_, at) => line(at)).join("");

  test("of one stage are read in a moment", async () => {
    const lines = many((at) =>
      at % 3 === 0 ? `ENV A${at}=1\n` : at % 3 === 1 ? `LABEL l${at}=1\n` : "RUN true\n",
    );
    const target = await readText(`FROM base\n${lines}`);
    expect(target.history).toHaveLength(10_000);
    expect(Object.keys(target.config.Labels ?? {})).toHaveLength(3333);
    expect(target.config.Env).toHaveLength(3335);
  });

  test("of a chain of stages are read in a moment", async () => {
    const target = await readText(
      `FROM base AS s0\n${many((at) => `FROM s${at} AS s${at + 1}\nENV A${at}=1\n`)}`,
    );
    expect(target.config.Env).toHaveLength(10_001);
  });
});

test("what a stage sets is not seen by another that goes on from the same base", async () => {
  const text =
    "FROM base AS a\nENV A=1\nFROM a AS b\nENV B=1\nLABEL b=1\nFROM a\nENV C=1\nCOPY --from=b / /\n";
  const { config, history } = await readText(text);
  expect(config).toEqual({ Env: [PATH, "A=1", "C=1"] });
  expect(history).toHaveLength(3);
});
