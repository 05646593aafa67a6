import { expect, test } from "bun:test";
import { createMemoryIo } from "../io/memory-io.ts";
import { openSession } from "./attach-session.ts";

interface Size {
  rows: number;
  columns: number;
}

async function openTerminal(size: Size) {
  const sizes: string[] = [];
  const io = { ...createMemoryIo(), terminalSize: () => size };
  const never = new Promise<void>(() => undefined);
  const target = {
    attach: async () => ({ write: async () => {}, closeStdin: () => {}, done: never, close: () => {} }),
    resize: async (height: number, width: number) => void sizes.push(`${height}x${width}`),
  };
  const session = await openSession(target, {
    io,
    tty: true,
    stdin: false,
    stdout: true,
    stderr: false,
    detachKeys: "",
  });
  return { session, sizes };
}

/** Waits for so many sizes, and then long enough for one too many. */
async function told(sizes: readonly string[], count: number): Promise<void> {
  while (sizes.length < count) await Bun.sleep(5);
  await Bun.sleep(100);
}

test("a burst of sizes is not passed on faster than the monitor reads, and its last one arrives", async () => {
  const size = { rows: 24, columns: 80 };
  const { session, sizes } = await openTerminal(size);
  session.followSize();
  for (let columns = 81; columns <= 90; columns++) {
    size.columns = columns;
    process.emit("SIGWINCH");
  }
  expect(sizes).toEqual(["24x80"]);
  await told(sizes, 2);
  session.close();
  expect(sizes).toEqual(["24x80", "24x90"]);
});

test("an attach has the program paint again: a size that is too large, then the true one", async () => {
  const { session, sizes } = await openTerminal({ rows: 24, columns: 80 });
  session.followSize({ redraw: true });
  await told(sizes, 2);
  session.close();
  expect(sizes).toEqual(["25x81", "24x80"]);
});

test("a closed session tells no size any more and leaves no listener behind", async () => {
  const before = process.listenerCount("SIGWINCH");
  const { session, sizes } = await openTerminal({ rows: 24, columns: 80 });
  session.followSize();
  process.emit("SIGWINCH");
  session.close();
  await Bun.sleep(100);
  expect(sizes).toEqual(["24x80"]);
  expect(process.listenerCount("SIGWINCH")).toBe(before);
});
