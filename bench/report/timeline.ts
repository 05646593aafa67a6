/** One program of a trace; times in milliseconds from the trace's begin. */
export interface TracedProgram {
  readonly pid: number;
  readonly program: string;
  readonly start: number;
  /** When its process ended or became another program; undefined when it outlived the trace. */
  readonly end: number | undefined;
}

const LINE = /^(\d+) +(\d+\.\d+) (.*)$/;
const EXEC = /^execve\("[^"]*", \[(.*?)\](?:, |\)|$)/;

/** Reads what `strace -f -ttt -e trace=execve,exit_group` wrote. */
export function parseTrace(text: string): readonly TracedProgram[] {
  const programs: { pid: number; program: string; start: number; end: number | undefined }[] = [];
  let begin: number | undefined;
  for (const line of text.split("\n")) {
    const [, pid, seconds, what] = LINE.exec(line) ?? [];
    if (pid === undefined || what === undefined) continue;
    begin ??= Number(seconds);
    const at = (Number(seconds) - begin) * 1000;
    const running = programs.findLast((each) => each.pid === Number(pid) && each.end === undefined);
    const words = EXEC.exec(what)?.[1];
    // A failed attempt is one of several places where the program was looked for.
    if (words !== undefined && !/ = -1 /.test(what)) {
      if (running !== undefined) running.end = at;
      programs.push({ pid: Number(pid), program: toCommandLine(words), start: at, end: undefined });
    } else if (/^(exit_group|\+\+\+)/.test(what) && running !== undefined) {
      running.end = at;
    }
  }
  return programs;
}

/** One line a program: start, end, how long, process, command line. */
export function formatTimeline(programs: readonly TracedProgram[]): string {
  const cell = (value: string) => value.padStart(8);
  const lines = programs.map(({ pid, program, start, end }) =>
    [
      cell(start.toFixed(1)),
      cell(end === undefined ? "" : end.toFixed(1)),
      cell(end === undefined ? "" : (end - start).toFixed(1)),
      cell(String(pid)),
      ` ${program}`,
    ].join(""),
  );
  return `${["start", "end", "ms", "process"].map(cell).join("")} command\n${lines.join("\n")}\n`;
}

/** strace shows arguments quoted, and cuts long ones. */
function toCommandLine(words: string): string {
  const line = words.replace(/"((?:[^"\\]|\\.)*)"(\.\.\.)?,? ?/g, "$1$2 ").trim();
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
