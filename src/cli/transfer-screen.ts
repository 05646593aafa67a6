import type { ProgressEvent } from "../base/index.ts";
import { formatHumanSize } from "./format/index.ts";
import type { View } from "./transfer-progress.ts";

/** Milliseconds between two pictures. */
const PERIOD = 60;
const BAR = 50;
const COLUMNS = 80;
const ROWS = 24;
const DONE = /^(?:Pull complete|Already exists|Pushed|Layer already exists|Mounted from .*)$/;

type Size = { readonly columns: number; readonly rows: number } | undefined;

/**
 * One line for each layer, which changes in place. Of more layers than the terminal has rows, those that move are shown,
 * and all of them in the end.
 */
export function createTransferScreen(write: (text: string) => void, size: () => Size): View {
  const events = new Map<string, ProgressEvent>();
  let drawn = 0;
  let known = 0;
  let last = 0;
  const draw = (ids: readonly string[]): void => {
    const width = (size()?.columns ?? COLUMNS) - 1;
    const up = drawn > 0 ? `\x1b[${drawn}A` : "";
    write(up + ids.map((id) => `\r\x1b[K${formatLine(id, events.get(id), width)}\n`).join(""));
    drawn = ids.length;
    known = events.size;
    last = performance.now();
  };
  const finish = (): void => {
    if (events.size > 0) draw([...events.keys()]);
    events.clear();
    drawn = 0;
    known = 0;
  };
  return {
    show: (event) => {
      const { id } = event;
      // What has no line of its own comes below those that have, which then stay as they are.
      if (event.kind === "status" && (id === undefined || /^(?:Pulling from|digest:)/.test(event.text))) {
        finish();
        write(`${id === undefined ? "" : `${id}: `}${event.text}\n`);
        return;
      }
      events.set(id ?? "", event);
      const isNew = events.size !== known;
      if (isNew || event.kind === "status" || performance.now() - last >= PERIOD) {
        draw(fitting(events, (size()?.rows ?? ROWS) - 1));
      }
    },
    end: finish,
  };
}

/** At most `count` of the lines, in order: those that move first, those that are done last. */
function fitting(events: ReadonlyMap<string, ProgressEvent>, count: number): readonly string[] {
  const ids = [...events.keys()];
  if (ids.length <= count) return ids;
  const rank = (event: ProgressEvent | undefined): number =>
    event?.kind === "bytes" ? 0 : DONE.test(event?.text ?? "") ? 2 : 1;
  const chosen = new Set(
    ids.toSorted((a, b) => rank(events.get(a)) - rank(events.get(b))).slice(0, Math.max(1, count)),
  );
  return ids.filter((id) => chosen.has(id));
}

function formatLine(id: string, event: ProgressEvent | undefined, width: number): string {
  if (event === undefined) return "";
  if (event.kind === "status") return `${id}: ${event.text}`.slice(0, width);
  const line = `${id}: ${formatBar(event)}`;
  return line.length <= width ? line : `${id}: ${formatNumbers(event)}`.slice(0, width);
}

type Bytes = Extract<ProgressEvent, { kind: "bytes" }>;

const formatSize = (bytes: number): string => formatHumanSize(bytes, 4);

/** `Downloading [=====>      ]  1.2MB/3.4MB`, as Docker draws it. */
function formatBar(event: Bytes): string {
  const { text, current, total } = event;
  if (total === undefined || total === 0) return formatNumbers(event);
  const done = Math.min(BAR, Math.floor((current / total) * BAR));
  const bar = done >= BAR ? "=".repeat(BAR) : `${"=".repeat(done)}>${" ".repeat(BAR - done - 1)}`;
  return `${text} [${bar}]  ${formatSize(current)}/${formatSize(total)}`;
}

/** As Docker does without the room for a bar. */
function formatNumbers({ text, current, total }: Bytes): string {
  const size = formatSize(current);
  return total === undefined || total === 0 ? `${text} ${size}` : `${text} ${size}/${formatSize(total)}`;
}
