/** Lines of the README between which the results stand. */
export const BEGIN = "<!-- results: begin (written by `bun bench/index.ts --write`) -->";
export const END = "<!-- results: end -->";

/** The README with these results in their place. Throws when the place is not marked. */
export function fillReadme(readme: string, results: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`no place for results between "${BEGIN}" and "${END}"`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${results}\n\n${readme.slice(end)}`;
}
