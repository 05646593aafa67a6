import { homedir } from "node:os";
import type { Command } from "./command.ts";
import { type CommandEntry, findCommand, GROUPS, shownPath } from "./command-table.ts";
import { reportError, reportFlagError, reportUnknownCommand } from "./error-report.ts";
import { FlagError } from "./flags/flag-error.ts";
import { type ParsedFlags, parseFlags } from "./flags/parse-flags.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import { formatCommandHelp, formatGroupHelp, formatTopHelp, usageLines } from "./help/format-help.ts";
import type { Io } from "./io/io.ts";
import { versionLine } from "./version.ts";

/** Runs one command line; resolves with the exit status. Everything is said through `io`. */
export async function runCommandLine(words: readonly string[], io: Io): Promise<number> {
  const globals = readGlobals(words, io);
  if (typeof globals === "number") return globals;
  const { args, help, values } = globals;
  if (values.version) {
    io.out(versionLine());
    return 0;
  }
  if (help || args[0] === "help") return await showHelp(args[0] === "help" ? args.slice(1) : args, io);
  const [first, ...rest] = args;
  if (first === undefined) {
    io.err(formatTopHelp(widthOf(io)));
    return 0;
  }
  if (first in GROUPS) return await runInGroup(first, rest, io);
  const entry = findCommand(first);
  return entry === undefined
    ? reportUnknownCommand([first], io)
    : await runEntry({ entry, typed: first, words: rest }, io);
}

function readGlobals(words: readonly string[], io: Io): ParsedFlags<typeof GLOBAL_FLAGS> | number {
  let globals: ParsedFlags<typeof GLOBAL_FLAGS>;
  try {
    globals = parseFlags(GLOBAL_FLAGS, words, { interspersed: false });
    checkGlobals(globals.values);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return reportFlagError(error, { path: "", usage: "Usage:  strake [OPTIONS] COMMAND [ARG...]" }, io);
  }
  const { config, debug } = globals.values;
  io.settings.debug = debug;
  io.settings.configFolder = config || io.env.DOCKER_CONFIG || `${homedir()}/.docker`;
  return globals;
}

function checkGlobals(values: ParsedFlags<typeof GLOBAL_FLAGS>["values"]): void {
  const noDaemon = "Strake works on this machine by itself and has no daemon to connect to";
  const host = values.host.find((value) => value !== "");
  if (host !== undefined) throw new FlagError(`cannot use --host ${host}: ${noDaemon}`);
  if (values.context !== "" && values.context !== "default") {
    throw new FlagError(`cannot use --context ${values.context}: ${noDaemon}`);
  }
  if (!["debug", "info", "warn", "error", "fatal"].includes(values["log-level"])) {
    throw new FlagError(`Unable to parse logging level: ${values["log-level"]}`);
  }
}

async function runInGroup(group: string, words: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined) {
    io.err(formatGroupHelp(group));
    return 0;
  }
  if (first === "--help" || first === "-h") return await showHelp([group, ...rest], io);
  if (first.startsWith("-") && first !== "-") {
    const usage = `Usage:  strake ${group}`;
    return reportFlagError(
      new FlagError(`unknown flag: ${first.split("=", 1)[0]}`),
      { path: group, usage },
      io,
    );
  }
  const typed = `${group} ${first}`;
  const entry = findCommand(typed);
  return entry === undefined
    ? reportUnknownCommand([group, first], io)
    : await runEntry({ entry, typed, words: rest }, io);
}

async function showHelp(topics: readonly string[], io: Io): Promise<number> {
  const [first, second, third] = topics.filter((topic) => topic !== "--help" && topic !== "-h");
  if (first === undefined) {
    io.out(formatTopHelp(widthOf(io)));
    return 0;
  }
  const inGroup = first in GROUPS;
  if (inGroup && second === undefined) {
    io.out(formatGroupHelp(first));
    return 0;
  }
  const typed = inGroup ? `${first} ${second}` : first;
  const entry = findCommand(typed);
  const extra = inGroup ? third : second;
  if (entry === undefined || extra !== undefined) {
    io.err(`unknown help topic: ${extra ?? typed}\n`);
    return 1;
  }
  io.out(formatCommandHelp(entry, await entry.load(), { typed, width: widthOf(io) }));
  return 0;
}

interface Target {
  readonly entry: CommandEntry;
  readonly typed: string;
  readonly words: readonly string[];
}

async function runEntry({ entry, typed, words }: Target, io: Io): Promise<number> {
  const command = await entry.load();
  const path = shownPath(entry, typed);
  const usage = usageLines(path, command);
  try {
    const { interspersed } = command;
    const parsed = parseFlags(command.flags, words, interspersed === undefined ? {} : { interspersed });
    if (parsed.help) {
      for (const notice of parsed.notices) io.out(`${notice}\n`);
      io.out(formatCommandHelp(entry, command, { typed, width: widthOf(io) }));
      return 0;
    }
    // As Docker, whose build commands are a program of their own.
    const tell = /^build/.test(entry.path) ? io.err : io.out;
    for (const notice of parsed.notices) tell(`${notice}\n`);
    const wrong = argumentsProblem(command, parsed.args.length);
    if (wrong !== undefined) {
      const see = wrong.includes("at least") && !wrong.includes("at most") ? "See" : "Run";
      io.err(
        `strake: 'strake ${path}' ${wrong}\n\n${usage}\n\n${see} 'strake ${path} --help' for more information\n`,
      );
      return 1;
    }
    const { values: flags, changed, args } = parsed;
    return (await command.run({ path, flags, changed, args, io })) ?? 0;
  } catch (error) {
    if (error instanceof FlagError) return reportFlagError(error, { path, usage }, io);
    return reportError(error, { path, errors: command.errors ?? "plain" }, io);
  }
}

function argumentsProblem({ args: { min, max } }: Command, count: number): string | undefined {
  if (count >= min && count <= max) return undefined;
  const plural = (number: number) => `${number} argument${number === 1 ? "" : "s"}`;
  if (max === 0) return "accepts no arguments";
  if (min === max) return `requires ${plural(min)}`;
  if (max === Number.POSITIVE_INFINITY) return `requires at least ${plural(min)}`;
  if (min === 0) return `requires at most ${plural(max)}`;
  return `requires at least ${min} and at most ${plural(max)}`;
}

function widthOf(io: Io): number {
  return (io.terminalSize()?.columns ?? 80) - 1;
}
