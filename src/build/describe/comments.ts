/** What the comments above an instruction say of `name`: the line that begins with it, `# name what it is`. */
export function describeComments(comments: readonly string[], name: string): string {
  if (name === "") return "";
  const prefix = `${name} `;
  const found = comments.map((line) => line.trim()).findLast((line) => line.startsWith(prefix));
  return found === undefined ? "" : found.slice(prefix.length).trim();
}
