import { invalid } from "./errors.ts";
import { ADJECTIVES, SURNAMES } from "./name-words.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const PLAIN_TRIES = 6;
const LARGEST_SUFFIX = 1_000_000;

/** Throws `invalidArgument` unless `name` (without a leading slash) can be a container's name; `shown` is how the text has it. */
export function checkName(name: string, shown = name): void {
  if (NAME.test(name)) return;
  throw invalid(`Invalid container name (${shown}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
}

/** A name `adjective_surname` that `taken` does not have; with digits at its end once several were taken. */
export function randomName(taken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const name = attempt < PLAIN_TRIES ? pickName() : `${pickName()}${randomInt(LARGEST_SUFFIX)}`;
    if (!taken(name)) return name;
  }
}

function pickName(): string {
  const name = `${pick(ADJECTIVES)}_${pick(SURNAMES)}`;
  // Steve Wozniak is not boring.
  return name === "boring_wozniak" ? pickName() : name;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}

function randomInt(limit: number): number {
  return Math.floor(Math.random() * limit);
}
