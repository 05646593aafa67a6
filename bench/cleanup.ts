/** Things to undo, the latest first; every one is tried, whatever the others do. */
export interface Cleanup {
  defer(undo: () => unknown): void;
  /** Undoes all that was deferred; returns what went wrong, one text each. */
  run(): Promise<readonly string[]>;
}

export function createCleanup(): Cleanup {
  const undos: (() => unknown)[] = [];
  return {
    defer: (undo) => undos.push(undo),
    run: async () => {
      const problems: string[] = [];
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
        try {
          await undo();
        } catch (error) {
          problems.push(error instanceof Error ? error.message : String(error));
        }
      }
      return problems;
    },
  };
}
