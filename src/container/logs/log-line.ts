/** One line, or a part of a very long one, of a container's output. */
export interface LogLine {
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 in UTC with nine digits of fraction. */
  readonly time: string;
  /** The bytes as written; a line feed stands at the end if the container wrote one. */
  readonly data: Uint8Array;
}

const SPACE = 0x20;
const LINE_FEED = Uint8Array.of(0x0a);

/**
 * Reads one physical line (without its line feed) of conmon's `k8s-file` format: `TIME STREAM F|P TEXT`.
 * `P` marks a part whose line goes on. Undefined for a line that a crash has cut.
 */
export function parseLogLine(line: Uint8Array): LogLine | undefined {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  if (first < 0 || second < 0 || line.length < second + 3) return undefined;
  const stream = Buffer.from(line.subarray(first + 1, second)).toString("latin1");
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const time = toUtc(Buffer.from(line.subarray(0, first)).toString("latin1"));
  const text = line.subarray(second + 3);
  const data = line[second + 1] === 0x46 ? Buffer.concat([text, LINE_FEED]) : Buffer.from(text);
  return time === undefined ? undefined : { stream, time, data };
}

/** True when the physical line that starts with `head` ends a line of the container. */
export function isWholeLine(head: Uint8Array): boolean {
  const first = head.indexOf(SPACE);
  const second = head.indexOf(SPACE, first + 1);
  return second > 0 && head[second + 1] === 0x46;
}

function toUtc(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, seconds, fraction = "", zone = "Z"] = match;
  const digits = fraction.padEnd(9, "0");
  if (zone === "Z" || zone === "+00:00") return `${seconds}.${digits}Z`;
  return `${new Date(`${seconds}${zone}`).toISOString().slice(0, 19)}.${digits}Z`;
}
