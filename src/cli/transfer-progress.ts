import type { CallOptions, ProgressEvent } from "../base/index.ts";
import { formatHumanSize } from "./format/index.ts";
import type { Io } from "./io/io.ts";

/** The progress of a pull or push. */
export interface TransferProgress {
  readonly options: Pick<CallOptions, "onProgress">;
  /** True once anything was shown: what follows is no answer to the request any more. */
  begun(): boolean;
  /** Writes what is held back; the last call. */
  end(): void;
}

/** Where it is shown, and how. */
export interface TransferView {
  readonly stream: "stdout" | "stderr";
  readonly quiet: boolean;
}

/** Milliseconds between two pictures on a terminal. */
const PERIOD = 60;

/** Shows what a pull or push says: one line for each layer that changes in place on a terminal, else each message as a line. */
export function showTransfer(io: Io, { stream, quiet }: TransferView): TransferProgress {
  let begun = false;
  const write = (text: string): void => (stream === "stdout" ? io.out(text) : io.err(text));
  if (quiet) return { options: { onProgress: () => (begun = true) }, begun: () => begun, end: () => {} };
  const view = io.isTerminal(stream) ? createScreen(io, write) : createLines(write);
  return {
    options: {
      onProgress: (event) => {
        begun = true;
        view.show(event);
      },
    },
    begun: () => begun,
    end: view.end,
  };
}

interface View {
  show(event: ProgressEvent): void;
  end(): void;
}

/** Bytes on their way are left out: each line stays. */
function createLines(write: (text: string) => void): View {
  return {
    show: (event) => {
      if (event.kind === "status") write(`${event.id === undefined ? "" : `${event.id}: `}${event.text}\n`);
    },
    end: () => {},
  };
}

function createScreen(io: Io, write: (text: string) => void): View {
  const rows: string[] = [];
  const lines = new Map<string, string>();
  let drawn = 0;
  let last = 0;
  const draw = (): void => {
    const width = (io.terminalSize()?.columns ?? 80) - 1;
    const up = drawn > 0 ? `\x1b[${drawn}A` : "";
    write(up + rows.map((id) => `\r\x1b[K${(lines.get(id) ?? "").slice(0, width)}\n`).join(""));
    drawn = rows.length;
    last = performance.now();
  };
  const finish = (): void => {
    if (rows.length > 0) draw();
    rows.length = 0;
    lines.clear();
    drawn = 0;
  };
  return {
    show: (event) => {
      // What has no line of its own comes below those that have, which then stay as they are.
      if (
        event.kind === "status" &&
        (event.id === undefined || /^(?:Pulling from|digest:)/.test(event.text))
      ) {
        finish();
        write(`${event.id === undefined ? "" : `${event.id}: `}${event.text}\n`);
        return;
      }
      const { id = "" } = event;
      if (!lines.has(id)) rows.push(id);
      lines.set(id, `${id}: ${event.kind === "status" ? event.text : formatBar(event)}`);
      const isNew = rows.length !== drawn;
      if (isNew || event.kind === "status" || performance.now() - last >= PERIOD) draw();
    },
    end: finish,
  };
}

const BAR = 50;

/** `Downloading [=====>      ]  1.2MB/3.4MB`, as Docker draws it. */
function formatBar({ text, current, total }: Extract<ProgressEvent, { kind: "bytes" }>): string {
  const size = (bytes: number): string => formatHumanSize(bytes, 4);
  if (total === undefined || total === 0) return `${text} ${size(current)}`;
  const done = Math.min(BAR, Math.floor((current / total) * BAR));
  const bar = done >= BAR ? "=".repeat(BAR) : `${"=".repeat(done)}>${" ".repeat(BAR - done - 1)}`;
  return `${text} [${bar}]  ${size(current)}/${size(total)}`;
}
