import { Semaphore } from "../../base/index.ts";
import { CommandFailed } from "../command.ts";
import { errorLine } from "../error-line.ts";
import type { Io } from "../io/io.ts";

/** As many as Docker works on at a time. */
const PARALLEL = 50;

/**
 * Does `action` for each name, many at a time, and prints each name as typed when it is done, in the order given.
 * An action that resolves with false has its name left out. An error does not stop the others; all errors are shown at the end and the status is then 1.
 */
export async function forEachTarget(
  names: readonly string[],
  io: Io,
  action: (name: string) => Promise<unknown>,
  limit = PARALLEL,
): Promise<number> {
  const semaphore = new Semaphore(limit);
  const running = names.map((name) =>
    semaphore
      .run(() => action(name))
      .then(
        (shown) => ({ name, shown: shown !== false }),
        (error: unknown) => ({ name, error }),
      ),
  );
  const errors: string[] = [];
  for (const outcome of running) {
    const result = await outcome;
    if ("error" in result) errors.push(errorLine(result.error));
    else if (result.shown) io.out(`${result.name}\n`);
  }
  if (errors.length > 0) throw new CommandFailed(1, errors.join("\n"));
  return 0;
}
