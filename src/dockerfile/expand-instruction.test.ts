import { expect, test } from "bun:test";
import { errorText } from "../base/index.ts";
import { applyChmod, parseChmod } from "./chmod.ts";
import { DockerfileError } from "./errors.ts";
import { type ExpandInstructionOptions, expandInstruction } from "./expand-instruction.ts";
import { parseInstructions } from "./parse-dockerfile.ts";

const ENV: Readonly<Record<string, string>> = { X: "val", Y: "a b", P: "80 81/udp", E: "", Q: "'80 81'" };
const OPTIONS = { escape: "\\", fileName: "Dockerfile" } as const;

function expand(line: string, options: ExpandInstructionOptions = OPTIONS) {
  const [instruction] = parseInstructions(line, OPTIONS);
  if (instruction === undefined) throw new Error("no instruction");
  return expandInstruction(instruction, (name) => ENV[name], options);
}

/** The fields that differ by kind, or the error. */
function outcome(line: string): unknown {
  try {
    const {
      range: _,
      original: __,
      keyword: ___,
      comments: ____,
      kind: _____,
      ...fields
    } = expand(line).instruction;
    return fields;
  } catch (error) {
    return errorText(error);
  }
}

function ports(words: string): unknown {
  const found = outcome(`EXPOSE ${words}`);
  return typeof found === "object" && found !== null && "ports" in found ? found.ports : found;
}

test("exactly what BuildKit expands is expanded", () => {
  const facts: [line: string, fields: object][] = [
    [
      "ENV $X=$Y b='$X'",
      {
        pairs: [
          { key: "val", value: "a b" },
          { key: "b", value: "$X" },
        ],
        legacy: false,
      },
    ],
    ["LABEL $X $Y", { pairs: [{ key: "val", value: "a b" }], legacy: true }],
    ["ARG $X=$Y", { args: [{ key: "$X", value: "a b" }] }],
    ["ARG $X", { args: [{ key: "$X" }] }],
    ["FROM --platform=$X $Y", { base: "a b", platform: "val" }],
    ["WORKDIR /$X", { path: "/val" }],
    ["USER $X:\u0024{Z-0}", { user: "val:0" }],
    ["VOLUME $X $Y", { paths: ["val", "a b"] }],
    ['VOLUME ["$X"]', { paths: ["val"] }],
    ["STOPSIGNAL \u0024{Z:-SIGINT}", { signal: "SIGINT" }],
    ["CMD $X", { command: { form: "shell", line: "$X" } }],
    ['ENTRYPOINT ["$X"]', { command: { form: "exec", words: ["$X"] } }],
    ["ONBUILD USER $X", { trigger: "USER $X" }],
    ['SHELL ["$X"]', { shell: ["$X"] }],
    ["HEALTHCHECK CMD $X", { health: { Test: ["CMD-SHELL", "$X"] } }],
    ["MAINTAINER $X", { maintainer: "$X" }],
    [
      "COPY --chown=$X --chmod=\u0024{Z-755} --exclude=$X --from=b $X ./$Y",
      {
        sources: ["val"],
        destination: "./a b",
        inlineFiles: [],
        chown: "val",
        chmod: "755",
        exclude: ["$X"],
        from: "b",
        link: false,
        parents: false,
      },
    ],
    [
      "ADD --checksum=$X https://$X /",
      {
        sources: ["https://val"],
        destination: "/",
        inlineFiles: [],
        checksum: "val",
        exclude: [],
        link: false,
      },
    ],
    [
      "RUN --mount=target=/$X <<E cat\n$X\nE",
      {
        command: { form: "shell", line: "<<E cat" },
        heredocs: [{ name: "E", body: "$X\n", expand: true, stripTabs: false, fileDescriptor: 0 }],
        mounts: [{ type: "bind", source: "", target: "/val", readOnly: true }],
        network: "default",
        security: "sandbox",
        devices: [],
      },
    ],
  ];
  expect(facts.map(([line]) => outcome(line))).toEqual(facts.map(([, fields]) => fields));
});

test("variables in the body of a heredoc are replaced, unless its name is quoted", () => {
  const body = "a\\nb \\$X $X 'q$X' \"q\\\"\" \\\\ \\\\$X \u0024{N:-d'e'} `b` \\\n$Y #c\n";
  const source = `COPY <<E1 <<'E2' <<-E3 /q/\n${body}E1\n${body}E2\n\ttab $X\n\t E3\n\tE3\n`;
  expect(outcome(source)).toMatchObject({
    inlineFiles: [
      { name: "E1", content: "anb $X val 'qval' \"q\"\" \\ \\val d'e' `b` \na b #c\n" },
      { name: "E2", content: body },
      { name: "E3", content: "tab val\n E3\n" },
    ],
  });
});

test("names of variables that are not set are reported, those with a default too", () => {
  expect(expand("ENV a=$M b=\u0024{N:-$O}$O c=$X$M d='$S'").unset).toEqual(["M", "O", "N", "M"]);
});

test("later names of an ARG see the values of the earlier ones, as a build argument may set them", () => {
  const line = "ARG A=1 B=$A C=$D";
  expect(expand(line).instruction).toMatchObject({
    args: [
      { key: "A", value: "1" },
      { key: "B", value: "1" },
      { key: "C", value: "" },
    ],
  });
  const argValue = (key: string, fallback: string | undefined) => (key === "A" ? "9" : fallback);
  expect(expand(line, { ...OPTIONS, argValue }).instruction).toMatchObject({
    args: [
      { key: "A", value: "1" },
      { key: "B", value: "9" },
      { key: "C", value: "" },
    ],
  });
});

test("EXPOSE takes what BuildKit takes", () => {
  const facts: [words: string, ports: readonly string[] | string][] = [
    ["80", ["80/tcp"]],
    ["80/TCP", ["80/tcp"]],
    ["80-82/udp", ["80/udp", "81/udp", "82/udp"]],
    ["82-80", "invalid containerPort: 82-80"],
    ["0", ["0/tcp"]],
    ["65536", "invalid containerPort: 65536"],
    ["80:90", ["90/tcp"]],
    ["127.0.0.1:80:80", ["80/tcp"]],
    ["[::1]:80:80", ["80/tcp"]],
    ["::80", ["80/tcp"]],
    ["a:80", "invalid hostPort: a"],
    ["80:", 'invalid port: "80:": no port specified'],
    ["80-81:100-101", ["100/tcp", "101/tcp"]],
    ["80-82:100-101", "invalid ranges specified for container and host Ports: 100-101 and 80-82"],
    ["80:100-101", "invalid ranges specified for container and host Ports: 100-101 and 80"],
    ["80/", ["80/tcp"]],
    ["/tcp", 'invalid port: "/tcp": no port specified'],
    ["-80", "invalid containerPort: -80"],
    ["80-", "invalid containerPort: 80-"],
    ["$P", ["80/tcp", "81/udp"]],
    ["$E", []],
    ['"$P"', "invalid containerPort: 80 81"],
    ["$Q", "invalid containerPort: '80"],
    ["80 $E 80", ["80/tcp"]],
    ["08", ["8/tcp"]],
    ["80/tcp/udp", 'invalid port: "80/tcp/udp": invalid proto: tcp/udp'],
    ["80/sctp", ["80/sctp"]],
    ["1.5", "invalid containerPort: 1.5"],
    ["a:b:80", "invalid IP address: a"],
    ["80:x", "invalid containerPort: x"],
    ["1:2:3:4", "invalid IP address: 1:2"],
    ["80-81/foo", 'invalid port: "80-81/foo": invalid proto: foo'],
    ["''", []],
  ];
  expect(facts.map(([words]) => ports(words))).toEqual(facts.map(([, expected]) => expected));
});

test("STOPSIGNAL takes the names and numbers that Docker knows", () => {
  const good =
    "SIGTERM TERM sigterm 15 99 -1 RTMIN RTMIN+3 SIGRTMIN+15 RTMAX-14 RTMAX CLD IOT POLL STKFLT 015 +5";
  const bad = "0 SIGRTMIN+16 RTMAX-15 SIGSIGTERM EMT INFO 1.5 $E";
  const accepted = (text: string) => typeof outcome(`STOPSIGNAL ${text}`) === "object";
  expect(good.split(" ").filter((each) => !accepted(each))).toEqual([]);
  expect(bad.split(" ").filter(accepted)).toEqual([]);
  expect(outcome("STOPSIGNAL 1 5")).toBe("invalid signal: 1 5");
});

test("--chmod takes octal and symbolic modes", () => {
  const octal = (text: string) =>
    `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`;
  const facts: [mode: string, result: number | string][] = [
    ["755", 0o755],
    ["0", 0],
    ["07777", 0o7777],
    ["10000", octal("10000")],
    ["999", octal("999")],
    ["0o755", octal("0o755")],
    ["-1", "invalid syntax"],
    ["u=z", "invalid syntax"],
    ["foo", "invalid syntax"],
    ["a", "invalid syntax"],
    ["u+x,9", "invalid syntax"],
    ["u=rwX,go=rX", 0o644],
    ["+x", 0o751],
    ["u=rw,g=u,o=", 0o660],
    ["a-rwx", 0],
    ["u+s,g+s,+t", 0o7640],
    ["go=u-w", 0o644],
  ];
  const mode = (text: string) => {
    try {
      return applyChmod(parseChmod(text), 0o640, false);
    } catch (error) {
      return errorText(error);
    }
  };
  expect(facts.map(([text]) => mode(text))).toEqual(facts.map(([, result]) => result));
  expect(applyChmod(parseChmod("u=rwX,go=rX"), 0o700, false)).toBe(0o755);
  expect(applyChmod(parseChmod("u=rwX,go=rX"), 0o600, true)).toBe(0o755);
  expect(outcome("COPY --chmod=$P a /")).toBe(octal("80 81/udp"));
  expect(outcome("COPY --chmod=$E a /")).toMatchObject({ chmod: "" });
});

test("RUN --mount takes all types with their defaults", () => {
  const facts: [mount: string, result: object | string][] = [
    ["target=/a", { type: "bind", source: "", target: "/a", readOnly: true }],
    [
      "type=BIND,from=x,src=/s,dst=$X,rw",
      { type: "bind", from: "x", source: "/s", target: "val", readOnly: false },
    ],
    [
      "type=cache,target=/a/../c/",
      { type: "cache", id: "/c", target: "/a/../c/", source: "", readOnly: false, sharing: "shared" },
    ],
    [
      "type=cache,id=$X,target=/c,sharing=Locked,mode=0750,uid=5,gid=6,from=x,source=y,ro",
      {
        type: "cache",
        id: "val",
        target: "/c",
        source: "y",
        from: "x",
        readOnly: true,
        sharing: "locked",
        mode: 0o750,
        uid: 5,
        gid: 6,
      },
    ],
    [
      "type=tmpfs,destination=/t,size=1.5m",
      { type: "tmpfs", target: "/t", readOnly: false, size: 1_572_864 },
    ],
    ["type=secret,id=a/b", { type: "secret", id: "a/b", target: "/run/secrets/b", required: false }],
    ["type=secret,target=/x/t,required", { type: "secret", id: "t", target: "/x/t", required: true }],
    ["type=secret,id=a,env=TOKEN,required=true", { type: "secret", id: "a", env: "TOKEN", required: true }],
    ["type=ssh", { type: "ssh", id: "default", required: false }],
    [
      "type=ssh,id=k,mode=0666,target=/s",
      { type: "ssh", id: "k", target: "/s", mode: 0o666, required: false },
    ],
    ['"type=bind","target=/a,b"', { type: "bind", source: "", target: "/a,b", readOnly: true }],
    ["foo", "invalid field 'foo' must be a key=value pair"],
    ["foo=x", "unexpected key 'foo' in 'foo=x' (did you mean from?)"],
    ["targe=/a", "unexpected key 'targe' in 'targe=/a' (did you mean target?)"],
    ["type=cach", 'unsupported mount type "cach" (did you mean cache?)'],
    ["type=", 'unsupported mount type ""'],
    ["type=bind,required", "unexpected key 'required' for mount type 'bind'"],
    ["type=bind,size=1", "unexpected key 'size' for mount type 'bind'"],
    ["type=tmpfs,size=x", "invalid value for size: x"],
    ["type=bind,sharing=shared", "invalid cache sharing set for bind mount"],
    ["type=cache,sharing=share", 'unsupported sharing value "share" (did you mean shared?)'],
    ["type=secret", "invalid secret mount. one of source, target required"],
    ["type=secret,id=a,from=b", "secret mount should not have a from"],
    ["type=secret,id=a,src=b", "both source and id can't be set"],
    ["type=secret,id=a,sharing=shared", "secret mount should not define sharing"],
    ["type=bind,mode=1", 'mode not allowed for "bind" type mounts'],
    ["type=cache,target=/a,ro=x", "invalid value for ro: x"],
    ["type=cache,target=/a,uid=x", "invalid value x for uid"],
    ["type=cache,target=/a,mode=9", "invalid value 9 for mode"],
    ["type=tmpfs,target=/a,from=x", "unexpected key 'from' for mount type 'tmpfs'"],
    ["type=cache,target=/a,env=x", "unexpected key 'env' for mount type 'cache'"],
  ];
  const read = (mount: string) => {
    const found = outcome(`RUN --mount='${mount}' true`);
    return typeof found === "object" && found !== null && "mounts" in found
      ? (found.mounts as object[])[0]
      : found;
  };
  expect(facts.map(([mount]) => read(mount))).toEqual(facts.map(([, result]) => result));
});

test("a mistake in an expanded value names the instruction's place", () => {
  try {
    expand("\n  COPY --from=$X a \\\n  b");
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(DockerfileError);
    expect(errorText(error)).toStartWith("variable expansion is not supported for --from");
    expect(error).toMatchObject({
      ranges: [{ start: { line: 2, column: 3 }, end: { line: 3, column: 4 } }],
    });
  }
});
