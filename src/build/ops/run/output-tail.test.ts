import { expect, test } from "bun:test";
import { createOutputTail } from "./output-tail.ts";

const line = (number: number): Uint8Array => Buffer.from(`line ${number} ${"x".repeat(90)}\n`);

test("a short output is kept whole", () => {
  const tail = createOutputTail();
  tail.add(Buffer.from("a\nb"));
  tail.add(Buffer.from("c\n"));
  expect(tail.text()).toBe("a\nbc\n");
});

test("of a long output whole lines of the end are kept", () => {
  const tail = createOutputTail();
  for (let number = 0; number < 5000; number++) tail.add(line(number));
  const text = tail.text();
  expect(text.length).toBeLessThanOrEqual(16 * 1024);
  expect(text.length).toBeGreaterThan(15 * 1024);
  expect(text).toMatch(/^line \d+ x/);
  expect(text.endsWith(line(4999).toString())).toBe(true);
});
