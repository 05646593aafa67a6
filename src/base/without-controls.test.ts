import { expect, test } from "bun:test";
import { withoutControls } from "./without-controls.ts";

test("what moves a cursor becomes a space, lines and tabs and other letters stay", () => {
  expect(withoutControls("a\u001b[2Jb\rc\u009b31md\n\te – ü\u0000\u0007")).toBe("a [2Jb c 31md\n\te – ü ");
});
