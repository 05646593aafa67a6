import { COMMANDS, type CommandEntry } from "../../src/cli/command-table.ts";
import type { FlagTable } from "../../src/cli/flags/flag.ts";
import dockerCommands from "./docker-commands.json";
import { NOTES } from "./notes.ts";

/** Where the tables stand in `docs/compatibility.md`. */
export const BEGIN = "<!-- made by npm run compatibility: begin -->";
export const END = "<!-- made by npm run compatibility: end -->";

/** Puts new tables, made from the flags of every command, between the marks of `page`. */
export async function renewPage(page: string): Promise<string> {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("docs/compatibility.md has lost its marks");
  return `${page.slice(0, begin)}${BEGIN}\n\n${await formatTables()}\n${page.slice(end)}`;
}

async function formatTables(): Promise<string> {
  const known = new Map(COMMANDS.map((entry) => [entry.path, entry]));
  const missing: string[] = [];
  const sections: string[] = [];
  for (const [path, flags] of Object.entries(dockerCommands)) {
    const entry = known.get(path);
    if (entry === undefined) missing.push(`\`${path}\``);
    else sections.push(await formatCommand(entry, flags));
    known.delete(path);
  }
  const own = [...known.values()].map(({ path, short }) => `- \`${path}\`: ${short}`);
  return [
    `### Not yet\n\n${missing.join(", ")}\n`,
    `### Only in Strake\n\n${own.join("\n")}\n`,
    ...sections,
  ].join("\n");
}

async function formatCommand(entry: CommandEntry, dockerFlags: readonly string[]): Promise<string> {
  const { flags } = await entry.load();
  const notes = NOTES[entry.path] ?? {};
  const here = dockerFlags.filter((name) => name in flags);
  const works = here.filter((name) => notes[name] === undefined);
  const rows = dockerFlags.flatMap((name) => {
    if (!(name in flags)) return [`| \`--${name}\` | not yet | |`];
    const note = notes[name];
    return note === undefined ? [] : [`| \`--${name}\` | ${note.status} | ${note.text} |`];
  });
  const more = Object.keys(flags).filter((name) => isOwn(flags, name, dockerFlags));
  const parts = [`### \`${[entry.path, ...entry.aliases].join("`, `")}\``];
  if (dockerFlags.length === 0) parts.push("Works; Docker has no flags here.");
  if (works.length > 0) parts.push(`Works: ${listFlags(works)}`);
  if (more.length > 0) parts.push(`Only in Strake: ${listFlags(more)}`);
  if (rows.length > 0) parts.push(["| Flag | | |", "| --- | --- | --- |", ...rows].join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function isOwn(flags: FlagTable, name: string, dockerFlags: readonly string[]): boolean {
  const flag = flags[name];
  return !dockerFlags.includes(name) && name !== "help" && flag?.hidden !== true;
}

function listFlags(names: readonly string[]): string {
  return names.map((name) => `\`--${name}\``).join(" ");
}
