import { runCommandLine } from "./dispatch.ts";
import { openProcessIo } from "./io/process-io.ts";

/** Runs one command line on this process's own descriptors; resolves with the exit status. */
export async function runProcess(words: readonly string[]): Promise<number> {
  const io = openProcessIo();
  try {
    const status = await runCommandLine(words, io);
    return io.interrupted() ?? status;
  } finally {
    await io.close();
  }
}
