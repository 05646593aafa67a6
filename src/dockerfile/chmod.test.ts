import { expect, test } from "bun:test";
import { applyChmod, parseChmod } from "./chmod.ts";

/** Recorded from BuildKit: the modes of a file, a program and a set-group-ID folder after `COPY --chmod`. */
const RECORDED: readonly (readonly [chmod: string, file: number, program: number, folder: number])[] = [
  ["u+x,go=", 0o700, 0o700, 0o700],
  ["u=rwX,go=rX", 0o644, 0o755, 0o755],
  ["a-x,+t", 0o1644, 0o1644, 0o3664],
  ["o=t,ug=r", 0o440, 0o440, 0o440],
  ["u=g,g+w,o-rwx,u+s", 0o4460, 0o4570, 0o6770],
  ["ug+rw", 0o664, 0o775, 0o2775],
  ["u+rwx,g+X", 0o744, 0o755, 0o2775],
  ["4711", 0o4711, 0o4711, 0o4711],
];

test("modes change as with BuildKit", () => {
  for (const [text, file, program, folder] of RECORDED) {
    const chmod = parseChmod(text);
    const modes = [
      applyChmod(chmod, 0o644, false),
      applyChmod(chmod, 0o755, false),
      applyChmod(chmod, 0o2775, true),
    ];
    expect(modes, text).toEqual([file, program, folder]);
  }
});

test("what is no mode is refused", () => {
  for (const text of ["99", "77777", "u=z", "", "u", "+x,"]) expect(() => parseChmod(text), text).toThrow();
});
