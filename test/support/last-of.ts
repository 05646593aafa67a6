/** Milliseconds that a test waits for what must come: far more than it takes even on a busy machine. */
export const PATIENCE_MS = 45_000;

/** What `find` finds in the end: waits for it to find nothing any more, and gives up when patience ends. */
export async function lastOf<T>(find: () => readonly T[] | Promise<readonly T[]>): Promise<readonly T[]> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let found = await find(); ; found = await find()) {
    if (found.length === 0 || performance.now() > deadline) return found;
    await Bun.sleep(20);
  }
}
