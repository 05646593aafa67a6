import type { FlagTable, FlagValues } from "./flags/flag.ts";
import type { Io } from "./io/io.ts";

/** One use of a command: what the user typed, read. */
export interface Call<F extends FlagTable> {
  /** As in the usage line: `run` or `container run`. */
  readonly path: string;
  readonly flags: FlagValues<F>;
  /** Long names of the flags that were given. */
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  readonly io: Io;
}

/** A command as it is written down in its module. */
export interface CommandSpec<F extends FlagTable> {
  /** What follows the name in the usage line; a second form on a line of its own. */
  readonly usage: string;
  /** Text between the usage and the flags, when the one line is not enough. */
  readonly long?: string;
  readonly flags: F;
  /** How many words it takes. */
  readonly args: { readonly min: number; readonly max: number };
  /** False: what follows the first word belongs to that word. */
  readonly interspersed?: false;
  /** How an error is shown: `plain` alone, `named` after the program's name with a pointer to the help. */
  readonly errors?: "plain" | "named";
  /** Returns the exit status; nothing means 0. */
  run(call: Call<F>): Promise<number | undefined>;
}

/** A command whose flags are known only to itself. */
export interface Command extends Omit<CommandSpec<FlagTable>, "run"> {
  run(call: Call<FlagTable>): Promise<number | undefined>;
}

/** Writes down a command; `run` sees the values typed by its flag table. */
export function command<F extends FlagTable>(spec: CommandSpec<F>): Command {
  // The dispatcher parses with `spec.flags`, so that the call has the values that `run` expects.
  return { ...spec, run: (call) => spec.run(call as Call<F>) };
}

/** A way to end with a status of its own; `message` is shown as it is, without a prefix. */
export class CommandFailed extends Error {
  readonly status: number;

  constructor(status: number, message = "") {
    super(message);
    this.name = "CommandFailed";
    this.status = status;
  }
}
