import { expect, test } from "bun:test";
import { ADJECTIVES, SURNAMES } from "./name-words.ts";
import { checkName, randomName } from "./names.ts";

test("a made-up name is a valid one of two words", () => {
  for (let i = 0; i < 50; i++) {
    const name = randomName(() => false);
    expect(name).toMatch(/^[a-z]+_[a-z]+$/);
    checkName(name);
  }
});

test("a taken name is never returned, and digits help when words run out", () => {
  const name = randomName((candidate) => !/\d$/.test(candidate));
  expect(name).toMatch(/^[a-z]+_[a-z]+\d+$/);
});

test("the lists have no word twice", () => {
  expect(new Set(ADJECTIVES).size).toBe(ADJECTIVES.length);
  expect(new Set(SURNAMES).size).toBe(SURNAMES.length);
});
