import { type BuildView, isCancelled, type StatusView, type VertexView, warningLine } from "./build-view.ts";
import { alignEnds, displayText, fitColumns } from "./display-text.ts";
import { progressBytes, tookTime } from "./progress-text.ts";

/** What a picture of a build depends on besides the build. */
export interface FrameOptions {
  readonly columns: number;
  /** Lines that fit; undefined for a picture that shows everything. */
  readonly rows: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly started: number;
  readonly colours: boolean;
  /** What builds: `docker:default`. */
  readonly builder: string;
}

type Colour = "done" | "failed" | "cancelled" | "log" | "none";

const SEQUENCES: Readonly<Record<Colour, string>> = {
  done: "\x1b[34m",
  failed: "\x1b[31m",
  cancelled: "\x1b[33m",
  log: "\x1b[2m",
  none: "",
};

interface Line {
  readonly text: string;
  readonly colour: Colour;
  /** Lines of what goes on are the last to be left out. */
  readonly running: boolean;
}

/** Lines of a running step's output that are shown below it. */
const TAIL = 6;
/** Fewer columns than this for a name tell nothing. */
const LEAST_NAME = 12;

/** One picture of a build, as BuildKit's: lines without ends, each less wide than the terminal. */
export function renderFrame(view: BuildView, options: FrameOptions): string[] {
  const vertices = [...view.vertices.values()];
  const { columns, rows, colours } = options;
  const started = vertices.filter((vertex) => vertex.started !== undefined);
  const running = started.filter((vertex) => vertex.completed === undefined);
  const plain = started.flatMap((vertex) => vertexLines(vertex, options, 0));
  const free = rows === undefined ? 0 : rows - plain.length - 2;
  const tail = running.length === 0 ? 0 : Math.max(0, Math.min(TAIL, Math.floor(free / running.length)));
  const lines = tail === 0 ? plain : started.flatMap((vertex) => vertexLines(vertex, options, tail));
  const fitting = rows === undefined ? lines : leaveOut(lines, rows - 2);
  const header = formatHeader(vertices, options);
  return [header, ...fitting.map((line) => colourLine(line, colours))].map((line) =>
    columns < LEAST_NAME ? "" : line,
  );
}

function formatHeader(
  vertices: readonly VertexView[],
  { now, started, columns, rows, builder }: FrameOptions,
) {
  const completed = vertices.filter((vertex) => vertex.completed !== undefined).length;
  const finished = rows === undefined && completed === vertices.length ? " FINISHED" : "";
  const left = `[+] Building ${tookTime(now - started)} (${completed}/${vertices.length})${finished}`;
  const width = columns - 1;
  return left.length + builder.length + 1 > width ? fitColumns(left, width) : alignEnds(left, builder, width);
}

function vertexLines(vertex: VertexView, options: FrameOptions, tail: number): Line[] {
  const { now, columns } = options;
  const running = vertex.completed === undefined;
  const colour = colourOf(vertex);
  const timed = (text: string, took: number) => timedLine(text, took, columns);
  const status = (each: StatusView): Line => ({
    text: timed(` => => ${displayText(each.id)}${progressBytes(each)}`, statusTime(each, vertex, now)),
    colour: each.done || !running ? "done" : "none",
    running: running && !each.done,
  });
  const log = running ? vertex.log.last(tail) : [];
  return [
    {
      text: timed(
        ` => ${mark(vertex)}${displayText(vertex.name)}`,
        (vertex.completed ?? now) - (vertex.started ?? now),
      ),
      colour,
      running,
    },
    ...[...vertex.statuses.values()].map(status),
    ...vertex.warnings.map((warning): Line => {
      return {
        text: timed(` => WARN: ${displayText(warningLine(warning))}`, 0),
        colour: "none",
        running: false,
      };
    }),
    ...log.map(({ text }): Line => {
      return { text: fitColumns(` => => # ${displayText(text)}`, columns - 1), colour: "log", running };
    }),
  ].filter(({ text }) => text !== "");
}

function statusTime(status: StatusView, vertex: VertexView, now: number): number {
  return (status.done ? status.time : (vertex.completed ?? now)) - status.started;
}

function timedLine(text: string, took: number, columns: number): string {
  // BuildKit shows less than this as nothing.
  const time = `  ${tookTime(took < 50 ? 0 : took)}`;
  return columns - 1 - time.length < LEAST_NAME ? "" : alignEnds(text, time, columns - 1);
}

function mark(vertex: VertexView): string {
  if (vertex.error !== undefined) return isCancelled(vertex) ? "CANCELED " : "ERROR ";
  return vertex.cached ? "CACHED " : "";
}

function colourOf(vertex: VertexView): Colour {
  if (vertex.error !== undefined) return isCancelled(vertex) ? "cancelled" : "failed";
  return vertex.completed === undefined ? "none" : "done";
}

function colourLine({ text, colour }: Line, colours: boolean): string {
  const sequence = colours ? SEQUENCES[colour] : "";
  return sequence === "" ? text : `${sequence}${text}\x1b[0m`;
}

/** Takes lines of what is over away from the top, then those of what runs, until the rest fits. */
function leaveOut(lines: readonly Line[], room: number): readonly Line[] {
  let excess = lines.length - Math.max(0, room);
  if (excess <= 0) return lines;
  const kept = lines.filter(({ running }) => running || excess-- <= 0);
  return kept.slice(Math.max(0, kept.length - Math.max(0, room)));
}
