import { expect, test } from "bun:test";
import { applyChanges } from "./apply-changes.ts";

const apply = (...changes: string[]) => applyChanges({}, changes);

test("each instruction changes its part of the configuration", () => {
  const changes = [
    'CMD ["sh"]',
    "ENV A=b C=d",
    "EXPOSE 80 90/udp",
    'LABEL x=y z="a b"',
    "HEALTHCHECK --interval=5s CMD true",
    "VOLUME /data",
    "USER bob",
    "WORKDIR /w",
    "STOPSIGNAL SIGINT",
    "ONBUILD RUN  x  y",
    "ENTRYPOINT echo hi",
  ];
  expect(apply(...changes)).toEqual({
    Cmd: ["sh"],
    Env: ["A=b", "C=d"],
    ExposedPorts: { "80/tcp": {}, "90/udp": {} },
    Labels: { x: "y", z: "a b" },
    Healthcheck: { Test: ["CMD-SHELL", "true"], Interval: 5_000_000_000 },
    Volumes: { "/data": {} },
    User: "bob",
    WorkingDir: "/w",
    StopSignal: "SIGINT",
    OnBuild: ["RUN  x  y"],
    Entrypoint: ["/bin/sh", "-c", "echo hi"],
  });
});

test("values are read as a Dockerfile reads them", () => {
  const facts: [string, object][] = [
    ["CMD", { Cmd: ["/bin/sh", "-c"] }],
    ["cmd a b", { Cmd: ["/bin/sh", "-c", "a b"] }],
    ['CMD ["a"', { Cmd: ["/bin/sh", "-c", '["a"'] }],
    ["CMD a \\\n b", { Cmd: ["/bin/sh", "-c", "a  b"] }],
    ["ENV a b c", { Env: ["a=b c"] }],
    ["ENV a=$PATH", { Env: ["a="] }],
    ["ENV P=a Q=$P", { Env: ["P=a", "Q="] }],
    ["ENV P=a\nENV Q=$P", { Env: ["P=a", "Q=a"] }],
    ['ENV a="x y" b=c\\ d', { Env: ["a=x y", "b=c d"] }],
    ["USER \u0024{x:-y}", { User: "y" }],
    ["USER a b", { User: "a b" }],
    ["EXPOSE 80-82 53/udp", { ExposedPorts: { "53/udp": {}, "80/tcp": {}, "81/tcp": {}, "82/tcp": {} } }],
    ["EXPOSE 80:90", { ExposedPorts: { "90/tcp": {} } }],
    ['VOLUME ["a","b"]', { Volumes: { a: {}, b: {} } }],
    ["WORKDIR ../a", { WorkingDir: "/a" }],
    ["STOPSIGNAL sigint", { StopSignal: "sigint" }],
    ["HEALTHCHECK NONE", { Healthcheck: { Test: ["NONE"] } }],
    ["# only a comment\nUSER x", { User: "x" }],
  ];
  expect(facts.map(([change]) => apply(change))).toEqual(facts.map(([, result]) => result));
});

test("mistakes are refused in Docker's words", () => {
  const facts: [string, string][] = [
    ["FOO x", "FOO is not a valid change command"],
    ["RUN x", "RUN is not a valid change command"],
    ["run x", "run is not a valid change command"],
    ["EXPOSE 80:", "No port specified: 80:<empty>"],
    ["EXPOSE a:80", "Invalid hostPort: a"],
    ["EXPOSE 82-80", "Invalid containerPort: 82-80"],
    ["EXPOSE 80-82:90-100", "Invalid ranges specified for container and host Ports: 90-100 and 80-82"],
    [
      'ENV a="',
      'failed to process "\\"": unexpected end of statement while looking for matching double-quote',
    ],
    ["ENV a=\u0024{x:?y}", 'failed to process "\u0024{x:?y}": x: y'],
    ["#", "file with no instructions"],
    ["ENV", "ENV requires at least one argument"],
    ["ENV a", "ENV must have two arguments"],
    ["ENV =x", "ENV names can not be blank"],
    ["LABEL a=b c", 'Syntax error - can\'t find = in "c". Must be of the form: name=value'],
    ["EXPOSE x", "Invalid containerPort: x"],
    ["EXPOSE 70000", "Invalid containerPort: 70000"],
    ["EXPOSE 80/foo", "Invalid proto: foo"],
    ["HEALTHCHECK", "HEALTHCHECK requires at least one argument"],
    ["HEALTHCHECK --retries=x CMD a", 'strconv.ParseInt: parsing "x": invalid syntax'],
    ["HEALTHCHECK --foo=1 CMD a", "unknown flag: --foo"],
    ["HEALTHCHECK --interval=1 CMD a", 'time: missing unit in duration "1"'],
    ["HEALTHCHECK FOO a", 'Unknown type "FOO" in HEALTHCHECK (try CMD)'],
    ["HEALTHCHECK --interval=1us CMD a", 'Interval "interval" cannot be less than 1ms'],
    ["HEALTHCHECK --retries=-1 CMD a", "--retries cannot be negative (-1)"],
    ["ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger"],
    ["ONBUILD ONBUILD x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"],
    ["STOPSIGNAL FOO", "invalid signal: FOO"],
    ["USER", "USER requires exactly one argument"],
    ["VOLUME []", "VOLUME requires at least one argument"],
    ["", "file with no instructions"],
    ['CMD ["a", 1]', "when using JSON array syntax, arrays must be comprised of strings only"],
  ];
  const messageOf = (change: string): string => {
    try {
      apply(change);
      return "accepted";
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  };
  expect(facts.map(([change]) => messageOf(change))).toEqual(facts.map(([, message]) => message));
});

test("a new entry point drops the command that came with the image, not one given before it", () => {
  const old = { Cmd: ["old"], Env: ["PATH=/bin", "A=1"] };
  expect(applyChanges(old, ["ENTRYPOINT x"]).Cmd).toEqual([]);
  expect(applyChanges(old, ["CMD new", "ENTRYPOINT x"]).Cmd).toEqual(["/bin/sh", "-c", "new"]);
  expect(applyChanges(old, ["ENV PATH=/opt:$PATH"]).Env).toEqual(["PATH=/opt:/bin", "A=1"]);
});
