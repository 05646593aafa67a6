import type { BuildEvent } from "../../engine/index.ts";
import { createBuildView, isCancelled, type VertexView, warningLine } from "./build-view.ts";
import { failureBlock } from "./failure-block.ts";
import type { Progress } from "./progress.ts";
import { logTime, progressBytes, tookTime } from "./progress-text.ts";

/** How long the shown step may be silent, or go on, while another has something to say; milliseconds. */
const SILENCE = 1000;
const TURN = 5000;
/** How much of other steps' output may wait; bytes. */
const WAITING_ROOM = 1 << 20;
/** Milliseconds between two lines about the same unfinished status. */
const STATUS_PERIOD = 5000;
/** Lines of a failed step that are shown again at the end. */
const LAST_LINES = 10;
const LINE_FEED = 10;

interface Block {
  readonly view: VertexView;
  /** The number that its lines begin with; 0 before the first. */
  number: number;
  waiting: BuildEvent[];
  /** When a status was last written, by its ID. */
  readonly written: Map<string, number>;
}

/** Where the lines go. */
export interface PlainOptions {
  write(data: string | Uint8Array): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Shows a build as BuildKit's plain progress: one step at a time, each line after its number, nothing left out. */
export function plainProgress({ write, now }: PlainOptions): Progress {
  const view = createBuildView();
  const blocks = new Map<VertexView, Block>();
  let shown: Block | undefined;
  let openLine = false;
  let numbers = 0;
  let shownSince = 0;
  let lastWord = 0;
  let waitingBytes = 0;
  let timer: Timer | undefined;

  write('#0 building with "default" instance using docker driver\n');

  const endLine = () => {
    if (openLine) write("\n");
    openLine = false;
  };
  const line = (block: Block, text: string) => {
    endLine();
    write(`#${block.number} ${text}\n`);
    lastWord = now();
  };
  const print = (block: Block, event: BuildEvent) => {
    if (event.kind === "log") {
      printLog(block, event);
      return;
    }
    const text = lineOf(block, event);
    if (text !== undefined) line(block, text);
  };
  const printLog = (block: Block, event: BuildEvent & { kind: "log" }) => {
    const { data } = event;
    const prefix = `#${block.number} ${logTime(event.time - (block.view.started ?? event.time))} `;
    for (let start = 0; start < data.length; ) {
      const end = data.indexOf(LINE_FEED, start) + 1 || data.length;
      if (!openLine) write(prefix);
      write(data.subarray(start, end));
      openLine = data[end - 1] !== LINE_FEED;
      start = end;
    }
    lastWord = now();
  };
  const flush = (block: Block) => {
    const events = block.waiting;
    block.waiting = [];
    for (const event of events) {
      if (event.kind === "log") waitingBytes -= event.data.length;
      print(block, event);
    }
  };
  const turnTo = (block: Block) => {
    endLine();
    if (shown !== undefined && shown.view.completed === undefined) write(`#${shown.number} ...\n`);
    if (block.number === 0) block.number = ++numbers;
    write(`\n#${block.number} ${block.view.name}\n`);
    shown = block;
    shownSince = lastWord = now();
    flush(block);
  };
  const waiting = () => [...blocks.values()].filter((block) => block !== shown && block.waiting.length > 0);
  /** Leaves a step that is over: first what else is over, then one that goes on. */
  const moveOn = () => {
    if (shown === undefined || shown.view.completed === undefined || shown.waiting.length > 0) return;
    for (const block of waiting()) if (block.view.completed !== undefined) turnTo(block);
    const next = [...blocks.values()].find(({ view: each }) => each.completed === undefined);
    if (next !== undefined) turnTo(next);
  };
  const takeTurns = () => {
    timer = undefined;
    const [next] = waiting();
    if (next === undefined) return;
    const patience = Math.min(lastWord + SILENCE, shownSince + TURN) - now();
    if (patience <= 0 || waitingBytes > WAITING_ROOM) {
      turnTo(next);
      moveOn();
    }
    if (waiting().length > 0) timer = setTimeout(takeTurns, Math.max(patience, SILENCE / 4));
  };

  return {
    onEvent(event) {
      const vertex = view.apply(event);
      if (event.kind === "planned") return;
      const block = blocks.get(vertex) ?? startBlock(vertex);
      blocks.set(vertex, block);
      if (shown === undefined) turnTo(block);
      if (shown === block) {
        print(block, event);
      } else {
        block.waiting.push(event);
        if (event.kind === "log") waitingBytes += event.data.length;
        if (shown?.view.completed !== undefined) turnTo(block);
        else if (waitingBytes > WAITING_ROOM) takeTurns();
        else timer ??= setTimeout(takeTurns, SILENCE);
      }
      moveOn();
    },
    finish() {
      clearTimeout(timer);
      for (const block of waiting()) turnTo(block);
      endLine();
      write(failureBlock(view, LAST_LINES));
    },
  };
}

function startBlock(view: VertexView): Block {
  return { view, number: 0, waiting: [], written: new Map() };
}

function lineOf({ view, written }: Block, event: Exclude<BuildEvent, { kind: "log" }>): string | undefined {
  switch (event.kind) {
    case "warning":
      return `WARN: ${warningLine(event.warning)}`;
    case "completed":
      if (event.error !== undefined) return isCancelled(view) ? "CANCELED" : `ERROR: ${event.error}`;
      return event.cached ? "CACHED" : `DONE ${tookTime(event.time - (view.started ?? event.time))}`;
    case "status": {
      const status = view.statuses.get(event.id);
      if (status === undefined) return undefined;
      const last = written.get(event.id) ?? status.started;
      if (!event.done && event.wait !== true && event.time - last < STATUS_PERIOD) return undefined;
      written.set(event.id, event.time);
      const took = event.time - status.started;
      const time = took > 10 ? ` ${tookTime(took)}` : "";
      return `${event.id}${progressBytes({ ...status, current: event.current, total: event.total })}${time}${event.done ? " done" : ""}`;
    }
    default:
      return undefined;
  }
}
