import { EngineError, isEngineError } from "../../base/index.ts";
import type { GoValue, InspectItem } from "../../template/index.ts";
import { inspectFormat, TemplateParseError } from "../../template/index.ts";
import { CliError } from "../cli-error.ts";
import { CommandFailed } from "../command.ts";
import { errorLine } from "../error-line.ts";
import type { Io } from "../io/io.ts";

/** A template that cannot be read ends inspect, version and events with this status. */
export const BAD_TEMPLATE = 64;

/** What an inspect command is to show. */
export interface InspectRequest {
  readonly names: readonly string[];
  readonly format: string;
  readonly find: (name: string) => Promise<InspectItem>;
  /** The line for a name that nothing has; the error's own if not given. */
  readonly missing?: (name: string) => string;
}

/** Shows what is found on stdout, then what is not on stderr, with status 1. */
export async function runInspect({ names, format, find, missing }: InspectRequest, io: Io): Promise<number> {
  const items: InspectItem[] = [];
  const errors: string[] = [];
  for (const name of names) {
    try {
      items.push(await find(name));
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof CliError)) throw error;
      const unknown = missing !== undefined && isEngineError(error, "notFound");
      errors.push(unknown ? missing(name) : errorLine(error));
    }
  }
  const shown = withTemplateStatus(() => inspectFormat(format, items));
  io.out(shown.output);
  const all = [...errors, ...shown.errors];
  if (all.length > 0) throw new CommandFailed(1, all.join("\n"));
  return 0;
}

/** Runs `use`; a template that cannot be read ends the command with status 64. */
export function withTemplateStatus<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof TemplateParseError) throw new CommandFailed(BAD_TEMPLATE, error.message);
    throw error;
  }
}

/** A typed value as an item of inspect. */
export function toItem({ type, value }: GoValue): InspectItem {
  return { type, value };
}
