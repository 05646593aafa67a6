import type { CallOptions, ProgressEvent } from "../base/index.ts";
import type { Io } from "./io/io.ts";
import { createTransferScreen } from "./transfer-screen.ts";

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

/** Shows what a pull or push says: one line for each layer that changes in place on a terminal, else each message as a line. */
export function showTransfer(io: Io, { stream, quiet }: TransferView): TransferProgress {
  let begun = false;
  const write = (text: string): void => (stream === "stdout" ? io.out(text) : io.err(text));
  if (quiet) return { options: { onProgress: () => (begun = true) }, begun: () => begun, end: () => {} };
  const view = io.isTerminal(stream) ? createTransferScreen(write, io.terminalSize) : createLines(write);
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

/** A way to show what a transfer says. */
export interface View {
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
