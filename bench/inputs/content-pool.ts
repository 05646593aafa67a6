import type { Random } from "./random.ts";

/** Bytes that files of the inputs are slices of. */
export interface ContentPool {
  readonly text: Buffer;
  readonly binary: Buffer;
}

/** No file of the inputs is larger, so that every file is one slice. */
export const LARGEST_FILE = 12 * 1024 * 1024;

const TEXT_BYTES = 32 * 1024 * 1024;
const BINARY_BYTES = 48 * 1024 * 1024;
const VOCABULARY = 6000;

/** Makes text-like and program-like bytes, which compress about as well as those of a Debian root do. */
export function createContentPool(random: Random): ContentPool {
  return { text: createText(random), binary: createBinary(random) };
}

function createText(random: Random): Buffer {
  const words = Array.from({ length: VOCABULARY }, () => createWord(random));
  const bytes = Buffer.alloc(TEXT_BYTES, "\n");
  for (let at = 0, column = 0; at < TEXT_BYTES - 64; ) {
    // Squaring makes some words common and most rare, as in real text.
    const word = words[Math.floor((random.below(VOCABULARY) / VOCABULARY) ** 2 * VOCABULARY)] ?? "a";
    const written = bytes.write(word, at, "latin1");
    column += written + 1;
    bytes[at + written] = column > 70 ? 10 : 32;
    if (column > 70) column = 0;
    at += written + 1;
  }
  return bytes;
}

function createWord(random: Random): string {
  const letters = 2 + random.below(9);
  return Array.from({ length: letters }, () => String.fromCharCode(97 + random.below(26))).join("");
}

/** Stretches of noise between repetitions of what came shortly before, like machine code and its tables. */
function createBinary(random: Random): Buffer {
  const bytes = Buffer.alloc(BINARY_BYTES);
  let at = 0;
  while (at < BINARY_BYTES - 256) {
    const noise = 8 + random.below(24);
    for (let i = 0; i < noise; i += 4) bytes.writeUInt32LE(random.next(), at + i);
    at += noise;
    const repeated = Math.min(12 + random.below(40), at);
    const from = at - repeated - random.below(Math.min(at - repeated + 1, 8192));
    bytes.copy(bytes, at, from, from + repeated);
    at += repeated;
  }
  return bytes;
}
