import type { Cleanup } from "../cleanup.ts";
import type { Inputs } from "../inputs/create-inputs.ts";
import type { Command } from "../measure/run-command.ts";
import type { Tool } from "../tools/tool.ts";

/** What a case is given to set itself up with. */
export interface CaseContext {
  readonly inputs: Inputs;
  /** Folder for what commands write. */
  readonly folder: string;
  /** Lets no further command start when the user gives up. */
  readonly signal: AbortSignal;
  /** Undone at the end of the case. */
  readonly cleanup: Cleanup;
}

/** One contender in a case: a tool, and perhaps a way to call it. */
export interface Trial {
  /** How it is shown, such as "strake, crun". */
  readonly label: string;
  readonly tool: Tool;
  /** Brings about, once, what the command needs. */
  setUp?(): Promise<void>;
  /** Before each run; not timed. */
  before?(): Promise<void>;
  /** The one command that is timed. */
  readonly command: Command;
  /** Bytes that each container which the command left running costs while it does nothing; asked once. */
  idle?(): Promise<number>;
  /** After each run; not timed. */
  after?(): Promise<void>;
}

/** One thing that is compared. */
export interface Case {
  /** Name for `--only`. */
  readonly name: string;
  /** What it does, for the table. */
  readonly title: string;
  /** Whether its command writes data that ought to survive a power cut: then what is not on disk is measured. */
  readonly writes?: boolean;
  /** The contenders among these tools. */
  trials(tools: readonly Tool[], context: CaseContext): readonly Trial[];
}
