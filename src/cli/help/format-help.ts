import type { Command } from "../command.ts";
import { COMMON, type CommandEntry, commandsOf, GROUPS, shownPath, topCommands } from "../command-table.ts";
import { GLOBAL_FLAGS } from "../global-flags.ts";
import { formatFlags } from "./format-flags.ts";

/** `Usage:  strake ps [OPTIONS]`, more forms on lines of their own. */
export function usageLines(path: string, command: Pick<Command, "usage">): string {
  const [first = "", ...more] = command.usage.split("\n");
  const short = path.split(" ").at(-1) ?? "";
  return [
    `Usage:  strake ${path}${first === "" ? "" : ` ${first}`}`,
    ...more.map((form) => `\tstrake ${short} ${form}`),
  ].join("\n");
}

/** What `strake CMD --help` prints. */
export function formatCommandHelp(
  entry: CommandEntry,
  command: Command,
  options: { readonly typed: string; readonly width: number },
): string {
  const parts = [usageLines(shownPath(entry, options.typed), command), command.long ?? entry.short];
  if (entry.aliases.length > 0) {
    const names = [entry.path, ...entry.aliases].map((name) => `strake ${name}`);
    parts.push(`Aliases:\n  ${names.join(", ")}`);
  }
  const flags = formatFlags(command.flags, options.width);
  if (flags !== "") parts.push(`Options:\n${flags.trimEnd()}`);
  return `${parts.join("\n\n")}\n`;
}

/** What `strake image` and `strake image --help` print. */
export function formatGroupHelp(group: string): string {
  return [
    `Usage:  strake ${group} COMMAND`,
    GROUPS[group],
    `Commands:\n${formatList(commandsOf(group))}`,
    `Run 'strake ${group} COMMAND --help' for more information on a command.\n`,
  ].join("\n\n");
}

/** What `strake` and `strake --help` print. */
export function formatTopHelp(width: number): string {
  const all = topCommands();
  const common = COMMON.flatMap((name) => all.filter((entry) => entry.name === name));
  const groups = Object.entries(GROUPS).map(([name, short]) => ({ name, short }));
  const rest = all.filter(({ name }) => !COMMON.includes(name));
  const size = Math.max(...[...all, ...groups].map(({ name }) => name.length));
  return [
    "Usage:  strake [OPTIONS] COMMAND",
    "A container image engine without a daemon",
    `Common Commands:\n${formatList(common, size)}`,
    `Management Commands:\n${formatList(groups, size)}`,
    `Commands:\n${formatList(rest, size)}`,
    `Global Options:\n${formatFlags(GLOBAL_FLAGS, width).trimEnd()}`,
    "Run 'strake COMMAND --help' for more information on a command.\n",
  ].join("\n\n");
}

interface Line {
  readonly name: string;
  readonly short: string;
}

// Cobra keeps the names of a list at least eleven columns wide.
function formatList(
  lines: readonly Line[],
  size = Math.max(...lines.map(({ name }) => name.length)),
): string {
  const column = Math.max(size, 11);
  return lines.map(({ name, short }) => `  ${name.padEnd(column)} ${short}`).join("\n");
}
