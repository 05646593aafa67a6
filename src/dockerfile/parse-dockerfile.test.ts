import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { formatSourceExcerpt } from "../base/index.ts";
import { DockerfileError } from "./errors.ts";
import { parseDockerfile, parseTrigger } from "./parse-dockerfile.ts";
import mistakes from "./testdata/errors.json" with { type: "json" };

const FILE = { fileName: "Dockerfile" };
const root = new URL("testdata/parse/", import.meta.url).pathname;

function failure(source: string | Uint8Array): DockerfileError | undefined {
  try {
    parseDockerfile(source, FILE);
    return undefined;
  } catch (error) {
    if (error instanceof DockerfileError) return error;
    throw error;
  }
}

for (const name of readdirSync(root).sort()) {
  test(`the parser reads ${name.replaceAll("-", " ")}`, async () => {
    const bytes = await Bun.file(`${root}${name}/Dockerfile`).bytes();
    const { lines: _, ...parsed } = parseDockerfile(bytes, FILE);
    const plain = JSON.parse(JSON.stringify(parsed));
    const file = Bun.file(`${root}${name}/result.json`);
    if (process.env.UPDATE_RESULTS === "1") await Bun.write(file, `${JSON.stringify(plain, null, 1)}\n`);
    expect(plain).toEqual(await file.json());
  });
}

test("mistakes are reported in BuildKit's words and at its place", () => {
  const found = mistakes.map(({ source }) => {
    const error = failure(source);
    const excerpt = formatSourceExcerpt(source.split("\n"), error?.ranges ?? [], FILE);
    return { source, message: error?.message, excerpt };
  });
  expect(found).toEqual(mistakes);
});

test("a mistake within a line is pointed at", () => {
  const source = "FROM scratch\nCOPY --form=a \\\n  b c\n\tONBUILDD RUN x\n";
  const flag = failure(source);
  expect(formatSourceExcerpt(source.split("\n"), flag?.ranges ?? [], { ...FILE, exact: flag?.exact })).toBe(
    [
      "Dockerfile:2",
      "--------------------",
      "   1 |     FROM scratch",
      "   2 | >>> COPY --form=a \\",
      "     |          ^^^^^^",
      "   3 | >>>   b c",
      "   4 |     \tONBUILDD RUN x",
      "--------------------",
    ].join("\n"),
  );
  const keyword = failure("FROM scratch\n\tONBUILDD RUN x\n");
  expect(keyword?.exact).toEqual({ start: { line: 2, column: 2 }, end: { line: 2, column: 10 } });
});

test("a directive given twice, or with a wrong value, is reported at its own line", () => {
  const twice = failure("# escape=`\n# escape=`\nFROM scratch");
  expect(twice?.message).toBe("only one escape parser directive can be used");
  expect(twice?.ranges[0]?.start.line).toBe(2);
  const wrong = failure("# escape=x\nFROM scratch\n");
  expect(wrong?.message).toBe("invalid escape token 'x' does not match ` or \\");
  expect(wrong?.ranges[0]?.start.line).toBe(1);
});

test("a line of more than 65535 bytes is refused, wherever it is", () => {
  const message = "dockerfile line greater than max allowed size of 65535";
  const long = "a".repeat(65_536);
  expect(failure(`FROM scratch\nLABEL x=${"a".repeat(65_535 - 8)}\n`)).toBeUndefined();
  for (const source of [
    `FROM scratch\nLABEL x=${"a".repeat(65_536 - 8)}\n`,
    `#${long}\nFROM scratch\n`,
    `FROM scratch\nRUN <<E\n${long}\nE\n`,
    `FROM scratch\nRUN ${"é".repeat(33_000)}\n`,
    `FROM scratch\nRUN ${"a".repeat(8 << 20)}`,
  ]) {
    expect(failure(source)?.message).toBe(message);
  }
  expect(failure(`FROM scratch\nRUN <<E\n${long}\nE\n`)?.ranges[0]?.start.line).toBe(3);
});

test("bytes that are no UTF-8 are let through where they can do no harm, as Docker does", () => {
  const latin = (text: string) => Buffer.from(text, "latin1");
  expect(failure(latin("# \xe9\nFROM scratch\nUSER a\n"))).toBeUndefined();
  const [stage] = parseDockerfile(latin("FROM scratch\nUSER \xe9\n"), FILE).stages;
  expect(stage?.instructions[0]).toMatchObject({ kind: "user", user: "\ufffd" });
  for (const source of ["FROM scratch\nRUN echo \\\n \xe9\n", "FROM scratch\nCOPY <<E /x\n\xe9\nE\n"]) {
    expect(failure(latin(source))?.message).toBe(
      "dockerfile parse error on line 2: line 3 contains invalid UTF-8",
    );
  }
  expect(failure("FROM scratch\nRUN echo \ufffd\n")).toBeUndefined();
});

test("a trigger is one instruction, read when it is used", () => {
  const heredoc = "COPY <<E /x\nb\nE";
  const [stage] = parseDockerfile(`FROM scratch\nONBUILD ${heredoc}\nONBUILD COPY a\n`, FILE).stages;
  const [first, second] = stage?.instructions ?? [];
  expect(first).toMatchObject({ kind: "onbuild", trigger: heredoc });
  expect(parseTrigger(heredoc, FILE)).toMatchObject({
    kind: "copy",
    inlineFiles: [{ name: "E", content: "b\n", expand: true }],
    destination: "/x",
  });
  expect(second).toMatchObject({ kind: "onbuild", trigger: "COPY a" });
  const [blanks] = parseDockerfile("FROM scratch\nonbuild  RUN  a \\\n  b  \n", FILE).stages;
  expect(blanks?.instructions[0]).toMatchObject({ trigger: "RUN  a   b  " });
  expect(() => parseTrigger("COPY a", FILE)).toThrow("COPY requires at least two arguments");
  expect(() => parseTrigger("USER a\nUSER b", FILE)).toThrow("onbuild trigger should be a single expression");
});

test("10,000 instructions are read in well under 100 ms", () => {
  const rows = Array.from({ length: 2_500 }, (_, at) => [
    `RUN --mount=type=cache,target=/c${at} apt-get install \\\n  # comment\n  p${at} && echo "$HOME"`,
    `ENV A${at}="b c" D${at}=e`,
    `COPY --chown=1:1 src${at} /dst/`,
    `LABEL org.x${at}=y`,
  ]);
  const source = `FROM scratch\n${rows.flat().join("\n")}\n`;
  parseDockerfile(source, FILE);
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    expect(parseDockerfile(source, FILE).stages[0]?.instructions.length).toBe(10_000);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});
