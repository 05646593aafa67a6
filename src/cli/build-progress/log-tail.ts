/** One line of a step's output. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly text: string;
}

/** The last lines of a step's output. */
export interface LogTail {
  add(data: Uint8Array, time: number): void;
  /** The last `count` lines, one that has not ended yet among them. */
  last(count: number): readonly LogLine[];
  /** How many lines are not kept any more. */
  dropped(): number;
}

/** Characters that are kept; a line that is longer loses its beginning. */
const ROOM = 256 * 1024;

/** Starts an empty tail that keeps at most 256 KiB of text. */
export function createLogTail(): LogTail {
  const decoder = new TextDecoder();
  const lines: LogLine[] = [];
  let kept = 0;
  let dropped = 0;
  let ended = true;
  const trim = () => {
    let first = lines[0];
    while (lines.length > 1 && first !== undefined && kept > ROOM) {
      lines.shift();
      kept -= first.text.length;
      dropped++;
      first = lines[0];
    }
    if (first === undefined || kept <= ROOM) return;
    lines[0] = { time: first.time, text: first.text.slice(kept - ROOM) };
    kept = lines[0].text.length;
  };
  return {
    add(data, time) {
      const pieces = decoder.decode(data, { stream: true }).split("\n");
      for (const [at, piece] of pieces.entries()) {
        const open = ended ? undefined : lines.pop();
        if (open !== undefined || piece !== "" || at < pieces.length - 1) {
          lines.push({ time: open?.time ?? time, text: (open?.text ?? "") + piece });
          kept += piece.length;
          ended = at < pieces.length - 1;
        }
        trim();
      }
    },
    last: (count) => lines.slice(Math.max(0, lines.length - count)),
    dropped: () => dropped,
  };
}
