import { describe, expect, test } from "bun:test";
import { FlagError } from "./flag-error.ts";
import { bool, bytes, cpus, duration, filter, int, list, map, strings, text, uint16 } from "./kinds.ts";
import { parseFlags } from "./parse-flags.ts";

const TABLE = {
  all: bool("", { shorthand: "a" }),
  interactive: bool("", { shorthand: "i" }),
  tty: bool("", { shorthand: "t" }),
  sig: bool("", { initial: true }),
  name: text(""),
  publish: list("", { shorthand: "p" }),
  memory: bytes("", { shorthand: "m" }),
  swap: bytes("", { unlimited: true }),
  last: int("", { shorthand: "n" }),
  weight: uint16(""),
  cpus: cpus(""),
  interval: duration(""),
  filter: filter("", { shorthand: "f" }),
  annotation: map(""),
  platform: strings(""),
  net: list("", { hidden: true, aliasOf: "network" }),
  network: list(""),
  time: int("", { deprecated: "use --timeout instead" }),
};

const values = (...words: string[]) => parseFlags(TABLE, words).values;

function problem(...words: string[]): string {
  try {
    parseFlags(TABLE, words);
  } catch (error) {
    if (error instanceof FlagError) return error.message;
    throw error;
  }
  return "no problem";
}

describe("words and flags", () => {
  test("short flags may be joined, and the last of them may carry its value", () => {
    expect(values("-it")).toMatchObject({ interactive: true, tty: true });
    expect(values("-ap80:80")).toMatchObject({ all: true, publish: ["80:80"] });
    expect(values("-p=80:80", "-p", "81:81").publish).toEqual(["80:80", "81:81"]);
    expect(values("-a=0").all).toBe(false);
  });

  test("a flag that stands alone never takes the next word", () => {
    const { values: found, args } = parseFlags(TABLE, ["--all", "false"]);
    expect([found.all, args]).toEqual([true, ["false"]]);
  });

  test("flags may follow words, unless the command forbids it", () => {
    expect(parseFlags(TABLE, ["c1", "-a"])).toMatchObject({ values: { all: true }, args: ["c1"] });
    const strict = parseFlags(TABLE, ["img", "-a", "--", "x"], { interspersed: false });
    expect([strict.values.all, strict.args]).toEqual([false, ["img", "-a", "--", "x"]]);
  });

  test("two dashes end the flags and a single dash is a word", () => {
    expect(parseFlags(TABLE, ["-", "--", "-a"]).args).toEqual(["-", "-a"]);
  });

  test("an alias writes to the flag that it stands for", () => {
    const { values: found, changed } = parseFlags(TABLE, ["--net", "a", "--network=b"]);
    expect(found.network).toEqual(["a", "b"]);
    expect(changed.has("network")).toBe(true);
  });

  test("a deprecated flag works and is spoken of", () => {
    expect(parseFlags(TABLE, ["--time", "3"])).toMatchObject({
      values: { time: 3 },
      notices: ["Flag --time has been deprecated, use --timeout instead"],
    });
  });

  test("-h asks for the help where it means nothing else", () => {
    expect(parseFlags(TABLE, ["-h"])).toMatchObject({ help: true });
    expect(parseFlags({ hostname: text("", { shorthand: "h" }) }, ["-h", "x"])).toMatchObject({
      help: false,
      values: { hostname: "x" },
    });
  });
});

test("values are read as Docker reads them", () => {
  expect(values("--filter", "Status=x", "-f", "status=y", "-f", "label!=z").filter).toEqual({
    status: ["x", "y"],
    "label!": ["z"],
  });
  expect(values("--annotation", "a=1", "--annotation", "a=2=3").annotation).toEqual({ a: "2=3" });
  expect(values("--platform", "a,b", "--platform", "c").platform).toEqual(["a", "b", "c"]);
  expect(values("-m", "1.5g").memory).toBe(1610612736);
  expect(values("--swap=-1").swap).toBe(-1);
  expect(values("--cpus", "1.5").cpus).toBe(1_500_000_000);
  expect(values("--interval", "1m30s").interval).toBe(90_000_000_000);
  expect(values("-n", "0x10").last).toBe(16);
});

test.each([
  [["--foo"], "unknown flag: --foo"],
  [["-x"], "unknown shorthand flag: 'x' in -x"],
  [["-ax"], "unknown shorthand flag: 'x' in -x"],
  [["-xa"], "unknown shorthand flag: 'x' in -xa"],
  [["--name"], "flag needs an argument: --name"],
  [["-m"], "flag needs an argument: 'm' in -m"],
  [["--=x"], "bad flag syntax: --=x"],
  [["---x"], "bad flag syntax: ---x"],
  [["-m", "1x"], `invalid argument "1x" for "-m, --memory" flag: invalid suffix: 'x'`],
  [["-m", ""], `invalid argument "" for "-m, --memory" flag: invalid size: ''`],
  [["-m", "-1"], `invalid argument "-1" for "-m, --memory" flag: invalid size: '-1'`],
  [
    ["--all=zz"],
    `invalid argument "zz" for "-a, --all" flag: strconv.ParseBool: parsing "zz": invalid syntax`,
  ],
  [["-n", "a"], `invalid argument "a" for "-n, --last" flag: strconv.ParseInt: parsing "a": invalid syntax`],
  [
    ["--weight", "99999"],
    `invalid argument "99999" for "--weight" flag: strconv.ParseUint: parsing "99999": value out of range`,
  ],
  [["--cpus", "a"], `invalid argument "a" for "--cpus" flag: failed to parse a as a rational number`],
  [["--cpus", "1/3"], `invalid argument "1/3" for "--cpus" flag: value is too precise`],
  [["--interval", "3"], `invalid argument "3" for "--interval" flag: time: missing unit in duration "3"`],
  [["-f", "x"], `invalid argument "x" for "-f, --filter" flag: bad format of filter (expected name=value)`],
])("%p is refused with Docker's text", (words, message) => {
  expect(problem(...words)).toBe(message);
});

test("a flag that is nearly right is suggested", () => {
  expect(() => parseFlags(TABLE, ["--netwrok", "x"])).toThrow(
    expect.objectContaining({ suggestion: "Did you mean --network?" }),
  );
  expect(() => parseFlags(TABLE, ["--zzzzzz"])).toThrow(expect.objectContaining({ suggestion: undefined }));
});
