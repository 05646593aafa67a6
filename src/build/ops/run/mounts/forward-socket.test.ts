import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forwardSocket } from "./forward-socket.ts";

const folder = mkdtempSync(join(tmpdir(), "strake-forward-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sends `text` to a socket and gives all that comes back until its end. */
async function ask(unix: string, text: string): Promise<string> {
  const parts: Uint8Array[] = [];
  const closed = Promise.withResolvers<void>();
  const waiting = Buffer.from(text);
  let sent = 0;
  const push = (socket: { write(data: Uint8Array): number }): void => {
    while (sent < waiting.length) {
      const taken = socket.write(waiting.subarray(sent));
      if (taken <= 0) return;
      sent += taken;
    }
  };
  await Bun.connect({
    unix,
    socket: {
      open: push,
      drain: push,
      data: (_, data) => void parts.push(Uint8Array.from(data)),
      close: () => closed.resolve(),
    },
  });
  await closed.promise;
  return Buffer.concat(parts).toString();
}

/** Answers each connection with the number of bytes it got up to the mark `.`, and a long text. */
function serve(unix: string) {
  const counts = new WeakMap<object, number>();
  return Bun.listen({
    unix,
    socket: {
      data(socket, data) {
        const count = (counts.get(socket) ?? 0) + data.length;
        counts.set(socket, count);
        if (data.at(-1) === 46) socket.end(`${count} ${"x".repeat(1000)}`);
      },
    },
  });
}

test("several clients at once talk to the socket behind, with long messages both ways", async () => {
  const [path, target] = [join(folder, "front"), join(folder, "back")];
  const server = serve(target);
  const stop = forwardSocket(path, target);
  try {
    const answers = await Promise.all(
      [10, 1_000_000, 3].map((size) => ask(path, `${"a".repeat(size - 1)}.`)),
    );
    expect(answers.map((answer) => answer.split(" ")[0])).toEqual(["10", "1000000", "3"]);
    expect(answers.map((answer) => answer.length)).toEqual([1003, 1008, 1002]);
  } finally {
    stop();
    server.stop(true);
  }
  expect(existsSync(path)).toBe(false);
});

test("a client learns by the end of its connection that there is nothing behind", async () => {
  const path = join(folder, "front");
  const stop = forwardSocket(path, join(folder, "nothing"));
  try {
    expect(await ask(path, "hello")).toBe("");
  } finally {
    stop();
  }
});
