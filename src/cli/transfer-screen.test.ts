import { expect, test } from "bun:test";
import { createTransferScreen } from "./transfer-screen.ts";

const MB = 1_000_000;

/** What a terminal shows after what was written, row by row; the first rows may have scrolled away. */
function picture(written: string, rows: number): string[] {
  const lines: string[] = [""];
  let at = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is read
  for (const part of written.split(/(\x1b\[\d*[AK]|[\r\n])/)) {
    const [, up] = /\[(\d+)A$/.exec(part) ?? [];
    // A cursor cannot go to what has scrolled away.
    if (up !== undefined) at = Math.max(lines.length - rows, at - Number(up), 0);
    else if (part === "\n") lines[++at] ??= "";
    else if (part === "\x1b[K") lines[at] = "";
    else if (part !== "\r") lines[at] += part;
  }
  return lines.filter((line) => line !== "");
}

function screen(columns: number, rows: number) {
  let text = "";
  const view = createTransferScreen(
    (more) => {
      text += more;
    },
    () => ({ columns, rows }),
  );
  return { ...view, lines: () => picture(text, rows) };
}

const moving = (id: string, current: number) =>
  ({ kind: "bytes", id, text: "Downloading", current, total: 4 * MB }) as const;
const said = (id: string, text: string) => ({ kind: "status", id, text }) as const;

test("a layer has a bar where there is room for one, and numbers where there is not", () => {
  const wide = screen(100, 24);
  wide.show(moving("aaa", MB));
  expect(wide.lines()).toEqual([`aaa: Downloading [============>${" ".repeat(37)}]  1MB/4MB`]);
  const narrow = screen(34, 24);
  narrow.show(moving("aaa", MB));
  expect(narrow.lines()).toEqual(["aaa: Downloading 1MB/4MB"]);
});

test("each layer keeps its line, and what is said to all comes below", () => {
  const { show, end, lines } = screen(100, 24);
  for (const id of ["a", "b"]) show(said(id, "Pulling fs layer"));
  show(said("a", "Pull complete"));
  show({ kind: "status", text: "Digest: x" });
  end();
  expect(lines()).toEqual(["a: Pull complete", "b: Pulling fs layer", "Digest: x"]);
});

test("of more layers than rows those that move are shown, and all in the end", () => {
  const { show, end, lines } = screen(100, 5);
  const ids = Array.from({ length: 9 }, (_, at) => `layer${at}`);
  for (const id of ids.slice(0, 6)) show(said(id, "Already exists"));
  for (const id of ids.slice(6)) show(moving(id, MB));
  show(said("layer6", "Pull complete"));
  const shown = lines();
  expect(shown).toHaveLength(4);
  expect(shown.filter((line) => line.includes("Downloading"))).toHaveLength(2);
  for (const id of ids) show(said(id, "Pull complete"));
  end();
  expect(lines()).toEqual(ids.map((id) => `${id}: Pull complete`));
});
