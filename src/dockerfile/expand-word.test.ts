import { expect, test } from "bun:test";
import { errorText } from "../base/index.ts";
import { expandWord } from "./expand-word.ts";
import cases from "./testdata/words.json" with { type: "json" };

const ENV: Readonly<Record<string, string>> = {
  A: "abc",
  E: "",
  P: "/usr/local/lib/x.tar.gz",
  S: "a b  c",
  D: "a.b.c.d",
};
const lookup = (name: string): string | undefined => ENV[name];

function outcome(word: string): string {
  try {
    return expandWord(word, lookup).text;
  } catch (error) {
    return `error: ${errorText(error)}`;
  }
}

test("a word expands as BuildKit expands it", () => {
  expect(Object.fromEntries(Object.keys(cases).map((word) => [word, outcome(word)]))).toEqual(cases);
});
