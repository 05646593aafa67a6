import { createBuildView } from "./build-view.ts";
import { displayText } from "./display-text.ts";
import { failureBlock } from "./failure-block.ts";
import type { Progress } from "./progress.ts";
import { renderFrame } from "./render-frame.ts";

/** Milliseconds between two pictures. */
const PERIOD = 100;

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_BELOW = "\x1b[J";
const CLEAR_LINE = "\x1b[K";

/** The terminal that is drawn on. */
export interface TtyOptions {
  write(text: string): void;
  size(): { readonly columns: number; readonly rows: number } | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly colours: boolean;
}

/** Shows a build as a picture that is drawn again while the build goes on. */
export function ttyProgress({ write, size, now, colours }: TtyOptions): Progress {
  const view = createBuildView();
  const started = now();
  let measured = size();
  let drawn: readonly string[] = [];
  let timer: Timer | undefined;

  const draw = (all: boolean) => {
    const { columns, rows } = measured ?? { columns: 80, rows: 24 };
    const frame = {
      columns,
      rows: all ? undefined : rows,
      now: now(),
      started,
      colours,
      builder: "docker:default",
    };
    const lines = renderFrame(view, frame);
    // A terminal that became narrower has broken the lines that stand there.
    const before = drawn.reduce((sum, line) => sum + rowsOf(line, columns), 0);
    const up = before === 0 ? "" : `\x1b[${Math.min(before, rows)}A`;
    const text = lines.map((line) => `${line}${CLEAR_LINE}\r\n`).join("");
    write(`${HIDE_CURSOR}${up}\r${text}${CLEAR_BELOW}${SHOW_CURSOR}`);
    drawn = lines;
  };
  const measure = () => {
    measured = size();
  };
  process.on("SIGWINCH", measure);

  return {
    onEvent(event) {
      view.apply(event);
      timer ??= setInterval(() => draw(false), PERIOD);
    },
    finish() {
      clearInterval(timer);
      process.off("SIGWINCH", measure);
      if (view.vertices.size > 0) draw(true);
      const failures = failureBlock(view, Number.POSITIVE_INFINITY);
      write(failures.split("\n").map(displayText).join("\r\n"));
    },
  };
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(Bun.stringWidth(line) / columns));
}
