import { afterEach, describe, expect, jest, test } from "bun:test";
import type { BuildEvent, BuildWarning } from "../../engine/index.ts";
import { displayWidth } from "../format/index.ts";
import { createBuildView } from "./build-view.ts";
import { displayText } from "./display-text.ts";
import { plainProgress } from "./plain-progress.ts";
import { rawJsonProgress } from "./raw-json-progress.ts";
import { renderFrame } from "./render-frame.ts";
import { ttyProgress } from "./tty-progress.ts";
import { warningsBlock } from "./warnings-block.ts";

const T0 = 1_795_574_885_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const started = (vertex: string, name: string, at = 0): BuildEvent => ({
  kind: "started",
  vertex,
  name,
  time: T0 + at,
});
const completed = (
  vertex: string,
  at: number,
  rest: { cached?: boolean; error?: string } = {},
): BuildEvent => ({
  kind: "completed",
  vertex,
  time: T0 + at,
  cached: false,
  ...rest,
});
const log = (vertex: string, text: string | Uint8Array, at: number): BuildEvent => ({
  kind: "log",
  vertex,
  stream: "stdout",
  data: typeof text === "string" ? bytes(text) : text,
  time: T0 + at,
});
const status = (vertex: string, id: string, at: number, rest: { current?: number; total?: number } = {}) =>
  ({ kind: "status", vertex, id, done: false, time: T0 + at, ...rest }) as const;

const WARNING: BuildWarning = {
  rule: "FromAsCasing",
  message: "'as' and 'FROM' keywords' casing do not match",
  description: "The 'as' keyword should match the case of the 'from' keyword",
  url: "https://docs.docker.com/go/dockerfile/rule/from-as-casing/",
  lines: [1, 1],
};

/** A build whose second step fails. */
const FAILING: readonly BuildEvent[] = [
  started("d", "[internal] load build definition from Dockerfile"),
  status("d", "transferring dockerfile:", 0),
  { ...status("d", "transferring dockerfile:", 2, { current: 209 }), done: true },
  { kind: "warning", vertex: "d", warning: WARNING, time: T0 + 3 },
  completed("d", 4),
  started("f", "[1/3] FROM docker.io/library/x:1", 5),
  completed("f", 5, { cached: true }),
  started("r", "[2/3] RUN echo one; false", 10),
  log("r", "one\ntw", 143),
  log("r", "o\n", 150),
  completed("r", 510, {
    error: 'process "/bin/sh -c echo one; false" did not complete successfully: exit code: 1',
  }),
];

function plain(events: readonly BuildEvent[]): string {
  const decoder = new TextDecoder();
  let text = "";
  const write = (data: string | Uint8Array) => {
    text += typeof data === "string" ? data : decoder.decode(data);
  };
  const progress = plainProgress({ write, now: Date.now });
  for (const event of events) progress.onEvent(event);
  progress.finish();
  return text;
}

describe("plain progress", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test("a failing build reads as BuildKit's", () => {
    expect(plain(FAILING)).toBe(`#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 209B done
#1 WARN: FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)
#1 DONE 0.0s

#2 [1/3] FROM docker.io/library/x:1
#2 CACHED

#3 [2/3] RUN echo one; false
#3 0.133 one
#3 0.133 two
#3 ERROR: process "/bin/sh -c echo one; false" did not complete successfully: exit code: 1
------
 > [2/3] RUN echo one; false:
0.133 one
0.133 two
------
`);
  });

  test("steps that run at once are told one after the other, numbered as they are told", () => {
    const text = plain([
      started("a", "[a 1/1] RUN a"),
      started("b", "[b 1/1] RUN b"),
      log("b", "from b\n", 100),
      log("a", "from a\n", 200),
      completed("b", 300),
      started("c", "[c 1/1] RUN c", 300),
      completed("a", 12_400),
      log("c", "late\n", 12_500),
      completed("c", 112_700),
    ]);
    expect(text.split("\n\n").slice(1)).toEqual([
      "#1 [a 1/1] RUN a\n#1 0.200 from a\n#1 DONE 12.4s",
      "#2 [b 1/1] RUN b\n#2 0.100 from b\n#2 DONE 0.3s",
      "#3 [c 1/1] RUN c\n#3 12.20 late\n#3 DONE 112.4s\n",
    ]);
  });

  test("a step that is silent gives its place to one that has something to say", async () => {
    jest.useFakeTimers();
    let text = "";
    const progress = plainProgress({
      write: (data) => {
        text += typeof data === "string" ? data : new TextDecoder().decode(data);
      },
      now: Date.now,
    });
    progress.onEvent(started("a", "A"));
    progress.onEvent(started("b", "B"));
    progress.onEvent(log("b", "hello", 10));
    expect(text).not.toContain("hello");
    jest.advanceTimersByTime(2000);
    expect(text).toEndWith("\n#1 A\n#1 ...\n\n#2 B\n#2 0.010 hello");
    progress.onEvent(log("a", "again\n", 3000));
    jest.advanceTimersByTime(2000);
    expect(text).toEndWith("hello\n#2 ...\n\n#1 A\n#1 3.000 again\n");
    progress.finish();
  });

  test("output is passed on byte by byte, whatever it holds", () => {
    const written: number[] = [];
    const progress = plainProgress({
      write: (data) => void written.push(...(typeof data === "string" ? bytes(data) : data)),
      now: Date.now,
    });
    const raw = Uint8Array.from([0xff, 0, 0x1b, 0x5b, 0x33, 10]);
    progress.onEvent(started("a", "A"));
    progress.onEvent(log("a", raw, 1));
    expect(written.slice(-raw.length)).toEqual([...raw]);
  });

  test("a download says how far it is every few seconds, and how long it took", () => {
    const text = plain([
      started("a", "A"),
      status("a", "sha256:1", 0, { current: 0, total: 3_000_000 }),
      status("a", "sha256:1", 1000, { current: 500_000, total: 3_000_000 }),
      status("a", "sha256:1", 6000, { current: 1_050_000, total: 3_000_000 }),
      { ...status("a", "sha256:1", 7000, { current: 3_000_000, total: 3_000_000 }), done: true },
      completed("a", 7000),
    ]);
    expect(text).toContain(
      "#1 A\n#1 sha256:1 1.05MB / 3.00MB 6.0s\n#1 sha256:1 3.00MB / 3.00MB 7.0s done\n#1 DONE",
    );
  });

  test("what was given up because another step failed is no failure of its own", () => {
    const text = plain([started("a", "A"), completed("a", 10, { error: "operation cancelled" })]);
    expect(text).toEndWith("#1 A\n#1 CANCELED\n");
  });
});

function frame(
  events: readonly BuildEvent[],
  size: { columns: number; rows: number | undefined },
  at = 1234,
) {
  const view = createBuildView();
  for (const event of events) view.apply(event);
  return renderFrame(view, { ...size, now: T0 + at, started: T0, colours: false, builder: "docker:default" });
}

describe("the picture on a terminal", () => {
  test("shows steps with their times, marks and the last lines of what runs", () => {
    const events = FAILING.slice(0, -1);
    expect(frame(events, { columns: 60, rows: 24 })).toEqual([
      "[+] Building 1.2s (2/3)                      docker:default",
      " => [internal] load build definition from Dockerfile   0.0s",
      " => => transferring dockerfile: 209B                   0.0s",
      " => WARN: FromAsCasing: 'as' and 'FROM' keywords' cas  0.0s",
      " => CACHED [1/3] FROM docker.io/library/x:1            0.0s",
      " => [2/3] RUN echo one; false                          1.2s",
      " => => # one",
      " => => # two",
    ]);
  });

  test("ends with everything, and what failed", () => {
    const lines = frame(FAILING, { columns: 60, rows: undefined });
    expect(lines[0]).toBe("[+] Building 1.2s (3/3) FINISHED             docker:default");
    expect(lines.at(-1)).toBe(" => ERROR [2/3] RUN echo one; false                    0.5s");
  });

  test("leaves out what is over before what runs, and fits any height", () => {
    const many = Array.from({ length: 40 }, (_, at) => started(`v${at}`, `step ${at}`));
    const over = many.slice(0, 30).map(({ vertex }) => completed(vertex, 10));
    const lines = frame([...many, ...over], { columns: 60, rows: 20 });
    expect(lines).toHaveLength(19);
    expect(lines.slice(-10).map((line) => line.slice(0, 12).trim())).toEqual(
      Array.from({ length: 10 }, (_, at) => `=> step ${30 + at}`),
    );
    for (let rows = 1; rows < 60; rows++) {
      expect(frame([...many, ...over], { columns: 60, rows }).length).toBeLessThanOrEqual(
        Math.max(1, rows - 1),
      );
    }
  });

  test("no line is as wide as the terminal, however narrow, with wide characters and controls", () => {
    const events = [
      started("a", "[1/1] RUN echo 日本語のとても長い名前 👩‍👩‍👧 done"),
      log("a", "進捗 \x1b[31m50%\x1b[0m\tof\x07 it\rsecond\x1b]0;title\x07 \x9b31m 日本語日本語日本語\n", 5),
      status("a", "pulling 日本語", 6, { current: 10, total: 20 }),
    ];
    for (let columns = 1; columns < 100; columns++) {
      for (const line of frame(events, { columns, rows: 24 })) {
        expect(displayWidth(line)).toBeLessThan(Math.max(columns, 1) + (columns === 1 ? 1 : 0));
        expect(line).toMatch(/^[^\p{Cc}]*$/u);
      }
    }
  });

  test("a program's line is shown as a terminal would leave it", () => {
    expect(displayText("10%\r20%\r")).toBe("20%");
    expect(displayText("\x1b[1;32mgreen\x1b[0m\x1b[K")).toBe("green");
    expect(displayText("a\tb")).toBe("a       b");
    expect(displayText("spinner |\b/\b-")).toBe("spinner -");
    expect(displayText("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\")).toBe("link");
  });

  test("a picture is drawn over the one before, also when the terminal became narrower", () => {
    jest.useFakeTimers();
    try {
      let text = "";
      let size = { columns: 60, rows: 24 };
      const progress = ttyProgress({
        write: (more) => {
          text += more;
        },
        size: () => size,
        now: () => T0 + 100,
        colours: false,
      });
      progress.onEvent(started("a", "A"));
      jest.advanceTimersByTime(150);
      expect(text).not.toContain("\x1b[2A");
      jest.advanceTimersByTime(100);
      expect(text).toContain("\x1b[2A");
      size = { columns: 30, rows: 24 };
      process.emit("SIGWINCH");
      jest.advanceTimersByTime(100);
      expect(text).toContain("\x1b[4A");
      progress.finish();
      expect(text).toEndWith("\x1b[J\x1b[?25h");
    } finally {
      jest.useRealTimers();
    }
  });
});

test("raw JSON has the fields of BuildKit's status", () => {
  let text = "";
  const progress = rawJsonProgress((more) => {
    text += more;
  });
  for (const event of FAILING) progress.onEvent(event);
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
  expect(lines[0].vertexes[0]).toEqual({
    digest,
    name: "[internal] load build definition from Dockerfile",
    started: "2026-11-25T02:48:05Z",
  });
  expect(lines[2].statuses[0]).toMatchObject({
    id: "transferring dockerfile:",
    current: 209,
    completed: expect.stringMatching(/^2026/),
  });
  expect(lines[3].warnings[0]).toMatchObject({ level: 1, range: [{ start: { line: 1 }, end: { line: 1 } }] });
  expect(lines[8].logs[0]).toEqual({
    vertex: digest,
    stream: 1,
    data: btoa("one\ntw"),
    timestamp: "2026-11-25T02:48:05.143Z",
  });
  expect(lines.at(-1).vertexes[0]).toMatchObject({
    completed: "2026-11-25T02:48:05.51Z",
    error: expect.stringContaining("exit code: 1"),
  });
});

test("the findings of the checks end a build", () => {
  const report = { warnings: [WARNING], dockerfile: { name: "Dockerfile", text: "FROM x as y\nRUN a\n" } };
  expect(warningsBlock(report, { expanded: false, colours: false })).toBe(
    "\n 1 warning found (use strake --debug to expand):\n - FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)\n",
  );
  expect(warningsBlock(report, { expanded: true, colours: false })).toBe(`
 1 warning found:
 - FromAsCasing: 'as' and 'FROM' keywords' casing do not match (line 1)
The 'as' keyword should match the case of the 'from' keyword
More info: https://docs.docker.com/go/dockerfile/rule/from-as-casing/
Dockerfile:1
--------------------
   1 | >>> FROM x as y
   2 |     RUN a
   3 |     
--------------------

`);
  expect(warningsBlock({ ...report, warnings: [] }, { expanded: false, colours: false })).toBe("");
});
