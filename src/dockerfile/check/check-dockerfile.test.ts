import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import type { ExecutionConfig } from "../../oci/index.ts";
import { DockerfileError } from "../errors.ts";
import { parseIgnoreFile } from "../ignore-file.ts";
import { parseDockerfile } from "../parse-dockerfile.ts";
import { checkDockerfile } from "./check-dockerfile.ts";
import type { CheckFacts } from "./check-facts.ts";

/** What BuildKit found. */
interface Case {
  readonly warnings: readonly {
    readonly rule: string;
    readonly message: string;
    readonly description: string;
    readonly url: string;
    readonly lines: readonly [number, number];
  }[];
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly ignore?: string;
  readonly error?: string;
  readonly errorLines?: readonly [number, number];
}

const IMAGES: Readonly<Record<string, ExecutionConfig>> = {
  "box:1": {},
  "box:workdir": { WorkingDir: "/w", Cmd: ["a"] },
  "box:shell": {
    Env: ["PATH=/bin", "BASEV=1"],
    Shell: ["/bin/busybox", "sh", "-c"],
    OnBuild: ["RUN echo $FOO", "CMD a b", "WORKDIR x"],
  },
};
const FACTS: CheckFacts = {
  platformArgs: { TARGETPLATFORM: "linux/amd64", BUILDPLATFORM: "linux/amd64", TARGETOS: "linux" },
  platform: { os: "linux", architecture: "amd64" },
  baseImage: (_, base) => {
    const config = IMAGES[base];
    return config === undefined ? undefined : { config };
  },
};

function check(source: string, facts: CheckFacts = FACTS): string[] {
  const { warnings } = checkDockerfile(parseDockerfile(source, { fileName: "Dockerfile" }), facts);
  return warnings.map(({ rule, message }) => `${rule}: ${message}`);
}

const root = new URL("../testdata/check/", import.meta.url).pathname;
for (const name of readdirSync(root).sort()) {
  test(`the checks find what BuildKit finds in: ${name.replaceAll("-", " ")}`, async () => {
    const source = await Bun.file(`${root}${name}/Dockerfile`).text();
    const expected: Case = await Bun.file(`${root}${name}/result.json`).json();
    const { buildArgs = {}, ignore } = expected;
    const { warnings, error } = checkDockerfile(parseDockerfile(source, { fileName: "Dockerfile" }), {
      ...FACTS,
      buildArgs,
      ...(ignore === undefined ? {} : { ignore: parseIgnoreFile(ignore) }),
    });
    const found = warnings.map(({ range, ...rest }) => ({
      ...rest,
      lines: [range.start.line, range.end.line],
    }));
    expect(found).toEqual(expected.warnings.map((each) => ({ ...each, lines: [...each.lines] })) as never);
    expect(sortedRules(error?.message)).toBe(sortedRules(expected.error));
    if (expected.errorLines !== undefined) {
      const [first, last] = expected.errorLines;
      const [range] = error instanceof DockerfileError ? error.ranges : [];
      expect([range?.start.line, range?.end.line]).toEqual([first, last]);
    }
  });
}

/** BuildKit names the violated rules in no order. */
function sortedRules(text: string | undefined): string | undefined {
  const prefix = "lint violation found for rules: ";
  return text?.startsWith(prefix) ? text.slice(prefix.length).split(", ").sort().join(" ") : text;
}

test("variables of an image that nobody knows may all be set", () => {
  expect(check("FROM unknown:1\nENV A=$B\nWORKDIR x\nFROM box:1\nENV A=$B\n")).toEqual([
    'WorkdirRelativePath: Relative workdir "x" can have unexpected results if the base image changes',
    "UndefinedVar: Usage of undefined variable '$B'",
  ]);
});

test("a base image for another platform than the build's is found", () => {
  const baseImage = () => ({ config: {}, platform: { os: "linux", architecture: "arm64", variant: "v8" } });
  expect(check("FROM box:1\n", { ...FACTS, baseImage })).toEqual([
    'InvalidBaseImagePlatform: Base image box:1 was pulled with platform "linux/arm64/v8", expected "linux/amd64" for current build',
  ]);
  expect(check("FROM --platform=linux/arm64 box:1 AS arm64\n", { ...FACTS, baseImage })).toEqual([]);
});

test("of a build only the stages that its target needs are checked, and the FROM of all", () => {
  const text = `FROM box:1 AS copied
WORKDIR copied
FROM box:1 AS mounted
WORKDIR mounted
FROM --platform=linux/arm64 box:1 AS unused
WORKDIR unused
FROM box:1 AS base
WORKDIR base
FROM base AS built
COPY --from=0 / /
RUN --mount=from=mounted,target=/m true
`;
  const dockerfile = parseDockerfile(text, { fileName: "Dockerfile" });
  const target = dockerfile.stages.at(-1);
  if (target === undefined) throw new Error("there are stages");
  const found = checkDockerfile(dockerfile, { ...FACTS, target }).warnings;
  expect(found.map(({ rule, range }) => [rule, range.start.line])).toEqual([
    ["FromPlatformFlagConstDisallowed", 5],
    ["WorkdirRelativePath", 2],
    ["WorkdirRelativePath", 4],
    ["WorkdirRelativePath", 8],
  ]);
});

test("names that tell where a secret is, or that it is public, are no secrets", () => {
  expect(check("FROM box:1\nARG TOKEN_FILE\nENV KEY_VERSION=1 PUBLIC_KEY=x\nARG TOKEN\n")).toEqual([
    'SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data (ARG "TOKEN")',
  ]);
});

test("rules may be named with spaces between them", () => {
  expect(
    check("# check=skip=WorkdirRelativePath, JSONArgsRecommended\nFROM box:1\nWORKDIR a\nCMD a\n"),
  ).toEqual([]);
});

test("a trigger that is no instruction is reported at the FROM that runs it", () => {
  const dockerfile = parseDockerfile("FROM box:1 AS a\nONBUILD RUNN x\nFROM a\n", { fileName: "Dockerfile" });
  const { error } = checkDockerfile(dockerfile, FACTS);
  expect(error?.message).toBe(
    "dockerfile parse error on line 1: unknown instruction: RUNN (did you mean RUN?)",
  );
  expect(error).toMatchObject({ fileName: "Dockerfile", ranges: [{ start: { line: 3 } }] });
});
